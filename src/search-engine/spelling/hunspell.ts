/** A prefix or suffix rule of a Hunspell dictionary: the characters to strip and the characters to add. */
interface Affix {
  readonly strip: string;
  readonly add: string;
  /** Flags of the resulting word. They name further affixes and the word's possible positions in compounds. */
  readonly flags: readonly string[];
  /** The pattern that a word has to match; null for any word. */
  readonly condition: RegExp | null;
}

interface AffixClass {
  /** Whether a word may have both an affix of this class and an affix of the other kind (prefix or suffix). */
  readonly crosses: boolean;
  readonly affixes: Affix[];
}

/** The rules of a Hunspell affix file that determine which words exist (hunspell(5)). */
export interface AffixRules {
  readonly prefixes: ReadonlyMap<string, AffixClass>;
  readonly suffixes: ReadonlyMap<string, AffixClass>;
  /** The flag that stands for each option, by option name, such as `NEEDAFFIX`. */
  readonly flagByOption: ReadonlyMap<string, string>;
  readonly flagsOf: (text: string) => readonly string[];
}

/** A form of a word, with its possible positions in compounds. */
export interface WordForm {
  readonly text: string;
  readonly isWord: boolean;
  readonly begins: boolean;
  readonly isMiddle: boolean;
  readonly ends: boolean;
}

const FLAG_OPTIONS = new Set([
  'NEEDAFFIX',
  'FORBIDDENWORD',
  'ONLYINCOMPOUND',
  'COMPOUNDBEGIN',
  'COMPOUNDMIDDLE',
  'COMPOUNDEND',
]);
/** A character at which queries are split into words. Words and affixes that contain one are therefore left out. */
const TOKEN_SEPARATOR = /[^\p{L}\p{M}]/u;
/** A word may have two suffixes (hunspell(5): twofold suffix stripping). */
const MAX_SUFFIXES = 2;

/** Parses an affix file. @param text file content, decoded from UTF-8 */
export function parseAffixRules(text: string): AffixRules {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const isLong = lines.some(([option, kind]) => option === 'FLAG' && kind === 'long');
  const flagsOf = (flags: string): readonly string[] => (isLong ? (flags.match(/../g) ?? []) : [...flags]);
  const classes = { PFX: new Map<string, AffixClass>(), SFX: new Map<string, AffixClass>() };
  const flagByOption = new Map<string, string>();
  for (const [option, flag, strip, added, condition = '.'] of lines) {
    if (FLAG_OPTIONS.has(option)) flagByOption.set(option, flag);
    if (option !== 'PFX' && option !== 'SFX') continue;
    const affixClass = classes[option].get(flag);
    if (affixClass === undefined) {
      classes[option].set(flag, { crosses: strip === 'Y', affixes: [] });
      continue;
    }
    const [add, flags = ''] = added.split('/');
    if (add !== '0' && TOKEN_SEPARATOR.test(add)) continue;
    const pattern = option === 'PFX' ? `^(?:${condition})` : `(?:${condition})$`;
    affixClass.affixes.push({
      strip: strip === '0' ? '' : strip,
      add: add === '0' ? '' : add,
      flags: flagsOf(flags),
      condition: condition === '.' ? null : new RegExp(pattern, 'u'),
    });
  }
  return { prefixes: classes.PFX, suffixes: classes.SFX, flagByOption, flagsOf };
}

/**
 * Yields all forms of all words of a dictionary, some of them repeatedly. A circumfix (a prefix that requires a suffix)
 * is treated as an independent prefix and suffix, so some forms do not exist in the language.
 * @param dictionary the number of words, then one word per line with its flags
 */
export function* wordForms(rules: AffixRules, dictionary: string): Generator<WordForm> {
  const forbidden = rules.flagByOption.get('FORBIDDENWORD') ?? '';
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

/** @param inherited flags of the stem; they apply to positions in compounds, but not to `isWord` */
function formOf(
  { flagByOption }: AffixRules,
  text: string,
  flags: readonly string[],
  inherited: readonly string[],
): WordForm {
  const has = (option: string) => {
    const flag = flagByOption.get(option);
    return flag !== undefined && flags.includes(flag);
  };
  const hasOrInherits = (option: string) => {
    const flag = flagByOption.get(option);
    return flag !== undefined && (flags.includes(flag) || inherited.includes(flag));
  };
  return {
    text,
    isWord: !has('NEEDAFFIX') && !has('ONLYINCOMPOUND') && !has('FORBIDDENWORD'),
    begins: hasOrInherits('COMPOUNDBEGIN'),
    isMiddle: hasOrInherits('COMPOUNDMIDDLE'),
    ends: hasOrInherits('COMPOUNDEND'),
  };
}
