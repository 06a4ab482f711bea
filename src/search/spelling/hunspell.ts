/** A prefix or suffix of a Hunspell dictionary: what is taken off a word, and what is put in its place. */
interface Affix {
  readonly strip: string;
  readonly add: string;
  /** Flags of the word that it makes: further affixes, and what the word may be part of. */
  readonly flags: readonly string[];
  /** What a word has to look like; null where any word will do. */
  readonly condition: RegExp | null;
}

interface AffixClass {
  /** Whether prefixes and suffixes of this class and others may be combined. */
  readonly crosses: boolean;
  readonly affixes: Affix[];
}

/** The rules of a Hunspell affix file that say which words there are (hunspell(5)). */
export interface AffixRules {
  readonly prefixes: ReadonlyMap<string, AffixClass>;
  readonly suffixes: ReadonlyMap<string, AffixClass>;
  /** By option, e.g. `NEEDAFFIX`: its flag. */
  readonly named: ReadonlyMap<string, string>;
  readonly flagsOf: (text: string) => readonly string[];
}

/** One form of a word, and where in a compound it may stand. */
export interface WordForm {
  readonly text: string;
  readonly isWord: boolean;
  readonly begins: boolean;
  readonly isMiddle: boolean;
  readonly ends: boolean;
}

const NAMED = new Set([
  'NEEDAFFIX',
  'FORBIDDENWORD',
  'ONLYINCOMPOUND',
  'COMPOUNDBEGIN',
  'COMPOUNDMIDDLE',
  'COMPOUNDEND',
]);
/** Words of these have several tokens in a query: they are left out, and so are the affixes that make them. */
const TOKEN_SEPARATOR = /[^\p{L}\p{M}]/u;
/** A suffix may be put on a word that has one already (hunspell(5): twofold suffix stripping). */
const MAX_SUFFIXES = 2;

/** @param text an affix file in UTF-8 */
export function parseAffixRules(text: string): AffixRules {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const isLong = lines.some(([option, kind]) => option === 'FLAG' && kind === 'long');
  const flagsOf = (flags: string): readonly string[] => (isLong ? (flags.match(/../g) ?? []) : [...flags]);
  const classes = { PFX: new Map<string, AffixClass>(), SFX: new Map<string, AffixClass>() };
  const named = new Map<string, string>();
  for (const [option, flag, strip, added, condition = '.'] of lines) {
    if (NAMED.has(option)) named.set(option, flag);
    if (option !== 'PFX' && option !== 'SFX') continue;
    const known = classes[option].get(flag);
    if (known === undefined) {
      classes[option].set(flag, { crosses: strip === 'Y', affixes: [] });
      continue;
    }
    const [add, flags = ''] = added.split('/');
    if (add !== '0' && TOKEN_SEPARATOR.test(add)) continue;
    const pattern = option === 'PFX' ? `^(?:${condition})` : `(?:${condition})$`;
    known.affixes.push({
      strip: strip === '0' ? '' : strip,
      add: add === '0' ? '' : add,
      flags: flagsOf(flags),
      condition: condition === '.' ? null : new RegExp(pattern, 'u'),
    });
  }
  return { prefixes: classes.PFX, suffixes: classes.SFX, named, flagsOf };
}

/**
 * All forms of all words of a dictionary, some of them several times. Circumfixes are taken for a prefix and a suffix that need not
 * come together, so there are some forms that the language does not have.
 * @param dictionary a word a line, with its flags
 */
export function* wordForms(rules: AffixRules, dictionary: string): Generator<WordForm> {
  const forbidden = rules.named.get('FORBIDDENWORD') ?? '';
  const lines = dictionary.split('\n');
  for (let at = 1; at < lines.length; at++) {
    const [entry] = lines[at].split(/[\t ]/, 1);
    const slash = entry.indexOf('/');
    const stem = slash < 0 ? entry : entry.slice(0, slash);
    const flags = slash < 0 ? [] : rules.flagsOf(entry.slice(slash + 1).trimEnd());
    if (stem === '' || TOKEN_SEPARATOR.test(stem) || flags.includes(forbidden)) continue;
    yield* formsOf(rules, stem, flags);
  }
}

function* formsOf(rules: AffixRules, stem: string, stemFlags: readonly string[]): Generator<WordForm> {
  const suffixed = [{ text: stem, flags: stemFlags, inherited: [] as readonly string[], suffixes: 0 }];
  for (const { text, flags, inherited, suffixes } of suffixed) {
    yield formOf(rules, text, flags, inherited);
    for (const flag of suffixes < MAX_SUFFIXES ? flags : []) {
      const suffix = rules.suffixes.get(flag);
      for (const affix of suffix?.affixes ?? []) {
        if (!text.endsWith(affix.strip) || affix.condition?.test(text) === false) continue;
        const form = text.slice(0, text.length - affix.strip.length) + affix.add;
        const more = suffix?.crosses ? stemFlags : [];
        suffixed.push({ text: form, flags: affix.flags, inherited: more, suffixes: suffixes + 1 });
      }
    }
    for (const flag of new Set([...flags, ...inherited])) {
      const prefix = rules.prefixes.get(flag);
      if (prefix === undefined || (suffixes > 0 && !prefix.crosses)) continue;
      for (const affix of prefix.affixes) {
        if (!text.startsWith(affix.strip) || affix.condition?.test(text) === false) continue;
        yield formOf(rules, affix.add + text.slice(affix.strip.length), affix.flags, []);
      }
    }
  }
}

/** @param inherited flags of the stem, which say where in a compound a form may stand, but not whether it is a word */
function formOf({ named }: AffixRules, text: string, flags: readonly string[], inherited: readonly string[]): WordForm {
  const has = (option: string) => {
    const flag = named.get(option);
    return flag !== undefined && flags.includes(flag);
  };
  const stands = (option: string) => {
    const flag = named.get(option);
    return flag !== undefined && (flags.includes(flag) || inherited.includes(flag));
  };
  return {
    text,
    isWord: !has('NEEDAFFIX') && !has('ONLYINCOMPOUND') && !has('FORBIDDENWORD'),
    begins: stands('COMPOUNDBEGIN'),
    isMiddle: stands('COMPOUNDMIDDLE'),
    ends: stands('COMPOUNDEND'),
  };
}
