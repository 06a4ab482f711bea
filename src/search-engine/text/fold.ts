import { CharacterClass, characterClass } from './character-class';

/** Characters that Unicode does not decompose, with their usual spelling on a keyboard that lacks them. */
const TRANSLITERATED: Readonly<Record<string, string>> = {
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
  ı: 'i', // I, İ, ı and i become one letter, so Turkish casing rules are not needed
  ς: 'σ',
  '×': 'x',
  '\u2044': '/',
  ٱ: 'ا',
  ى: 'ي',
  // The keyboards of Persian and Arabic have one code each for the same letter.
  ی: 'ي',
  ک: 'ك',
  // It stands only at the end of a word, where it is often typed without its points. ە is what is left of ۀ.
  ة: 'ه',
  ۃ: 'ه',
  ە: 'ه',
  ہ: 'ه',
};

/** Letters that a language transliterates: ü is typed as ue in German, and as u elsewhere. */
export type Transliteration = Readonly<Record<string, string>>;

export const GERMAN_TRANSLITERATION: Transliteration = { ä: 'ae', ö: 'oe', ü: 'ue' };

const ACCENTED_SCRIPTS = /[\p{Script=Latin}\p{Script=Greek}]/u;
const DROPPED_MARKS =
  /[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;
const LETTER = /\p{L}/u;
const MARK = /\p{M}/u;
const WORD_CHARACTER = /[\p{L}\p{N}\p{M}]/u;

/**
 * Folds a character and the marks that follow it for comparison. It resolves compatibility forms (UAX #15, NFKC),
 * converts to lower case, removes accents from Latin and Greek letters and vowel points from Hebrew and Arabic letters,
 * and converts the digits of every script to ASCII. Marks that form a different letter stay, as in й, が and Indic
 * vowels.
 * @returns '' if nothing is left, e.g. for a mark without a letter
 */
export function foldCluster(cluster: string, transliteration?: Transliteration): string {
  const lower = cluster.normalize('NFKC').toLowerCase();
  if (transliteration !== undefined) {
    const spelled = transliteration[lower.normalize('NFC')];
    if (spelled !== undefined) return spelled;
  }
  let folded = '';
  let base = '';
  for (const character of lower.normalize('NFKD')) {
    if (MARK.test(character)) {
      if (!dropsMark(base, character)) folded += character;
      continue;
    }
    base = TRANSLITERATED[character] ?? asciiDigit(character);
    folded += base;
  }
  let result = '';
  for (const character of folded.normalize('NFC')) {
    const joins = characterClass(character.codePointAt(0)!) === CharacterClass.Joiner;
    if (character === '/' || (WORD_CHARACTER.test(character) && !joins)) result += character;
  }
  return result.endsWith('/') ? result.slice(0, -1) : result; // ⅟ is a numerator without a denominator
}

/**
 * Returns whether a mark is removed. In Cyrillic, ё becomes е, as it is usually typed, and accents are removed, because
 * they only mark stress. The breve stays, because it distinguishes й from и.
 */
function dropsMark(base: string, mark: string): boolean {
  if (DROPPED_MARKS.test(mark)) return true;
  if (!LETTER.test(base) || ACCENTED_SCRIPTS.test(base)) return true;
  if (mark === '\u0308') return base === 'е';
  return mark === '\u0300' || mark === '\u0301';
}

/**
 * Converts a digit to ASCII. The ten digits of a script are consecutive, and the code point of its zero ends in 0 or 6
 * (hexadecimal).
 */
function asciiDigit(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x80 || !/\p{Nd}/u.test(character)) return character;
  const low = code & 0xf;
  const fromZero = low < 10 && /\p{Nd}/u.test(String.fromCodePoint(code - low));
  return String(fromZero ? low : low - 6);
}

export type CharacterFold = (cluster: string) => string;

/** Returns a fold with a cache for single code units: at most 65,536 entries. */
export function memoizedFold(fold: CharacterFold = foldCluster): CharacterFold {
  const cache = new Map<string, string>();
  return (cluster) => {
    if (cluster.length > 1) return fold(cluster);
    let folded = cache.get(cluster);
    if (folded === undefined) cache.set(cluster, (folded = fold(cluster)));
    return folded;
  };
}
