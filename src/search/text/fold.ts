import { CharacterClass, characterClass } from './character-class';

/** Letters that Unicode does not take apart, as people without them on their keyboard type them. */
const SPELLED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ŧ: 't',
  ı: 'i', // with it, I, İ, ı and i are one letter: no Turkish casing is needed
  ς: 'σ',
  '×': 'x',
  '\u2044': '/',
  ٱ: 'ا',
  ى: 'ي',
};

/** Letters that a language spells out: ü is typed as ue where it is at home, and as u elsewhere. */
export type Spelling = Readonly<Record<string, string>>;

export const GERMAN_SPELLING: Spelling = { ä: 'ae', ö: 'oe', ü: 'ue' };

const ACCENTED_SCRIPTS = /[\p{Script=Latin}\p{Script=Greek}]/u;
const DROPPED_MARKS =
  /[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;
const LETTER = /\p{L}/u;
const MARK = /\p{M}/u;
const KEPT = /[\p{L}\p{N}\p{M}]/u;

/**
 * One base character with what extends it, as it is compared: compatibility forms resolved (UAX #15, NFKC), lower case,
 * accents off Latin and Greek letters, vowel points off Hebrew and Arabic ones, digits of every script as ASCII. Marks that
 * make another letter stay: й, が, Indic vowels.
 * @returns '' where nothing is left, e.g. of a mark without a letter
 */
export function foldCluster(cluster: string, spelling?: Spelling): string {
  const lower = cluster.normalize('NFKC').toLowerCase();
  if (spelling !== undefined) {
    const spelled = spelling[lower.normalize('NFC')];
    if (spelled !== undefined) return spelled;
  }
  let folded = '';
  let base = '';
  for (const character of lower.normalize('NFKD')) {
    if (MARK.test(character)) {
      if (!dropsMark(base, character)) folded += character;
      continue;
    }
    base = SPELLED[character] ?? asciiDigit(character);
    folded += base;
  }
  let kept = '';
  for (const character of folded.normalize('NFC')) {
    const joins = characterClass(character.codePointAt(0)!) === CharacterClass.Joiner;
    if (character === '/' || (KEPT.test(character) && !joins)) kept += character;
  }
  return kept.endsWith('/') ? kept.slice(0, -1) : kept; // of ⅟, the beginning of a fraction
}

/** ё is typed as е; the accents of Cyrillic mark stress, but its breve makes й. */
function dropsMark(base: string, mark: string): boolean {
  if (DROPPED_MARKS.test(mark)) return true;
  if (!LETTER.test(base) || ACCENTED_SCRIPTS.test(base)) return true;
  if (mark === '\u0308') return base === 'е';
  return mark === '\u0300' || mark === '\u0301';
}

/** The digits of every script stand in blocks of ten whose first code point ends in 0 or 6. */
function asciiDigit(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x80 || !/\p{Nd}/u.test(character)) return character;
  const low = code & 0xf;
  const fromZero = low < 10 && /\p{Nd}/u.test(String.fromCodePoint(code - low));
  return String(fromZero ? low : low - 6);
}

export type Fold = (cluster: string) => string;

/** {@link foldCluster} that works each single code unit out once: some 65,000 at most. */
export function foldOnce(spelling?: Spelling): Fold {
  const known = new Map<string, string>();
  return (cluster) => {
    if (cluster.length > 1) return foldCluster(cluster, spelling);
    let folded = known.get(cluster);
    if (folded === undefined) known.set(cluster, (folded = foldCluster(cluster, spelling)));
    return folded;
  };
}
