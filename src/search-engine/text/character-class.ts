/** The role of a code point in a word. */
export const enum CharacterClass {
  /** Ends a word: spaces, most punctuation, symbols, emoji. */
  Break,
  /** A letter of a script with spaces between words. */
  Letter,
  Digit,
  /** A single character that is a fraction, like ½. */
  Fraction,
  /** A letter of a script without spaces between words: Han, kana, Thai, … */
  Unspaced,
  /** Belongs to the preceding character: accents, vowel signs, variation selectors, soft hyphens. */
  Extension,
  /** Joins two words into one if it is the only character between them: `-`, `'`, `.`, … */
  Joiner,
}

/** Hyphens, apostrophes, full stops, slashes and similar characters, with their full-width variants. */
const JOINERS = new Set("-‐‑−﹣－'’‘ʼ＇.．,，/／&＆_＿+＋·*");

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hira}\p{Script=Kana}\p{Script=Thai}\p{Script=Laoo}\p{Script=Khmr}\p{Script=Mymr}]/u;
const EXTENSION = /[\p{M}\u{1160}-\u{11FF}\u{FF9E}\u{FF9F}\u{200C}\u{200D}\u{2060}\u{FEFF}\u{AD}]|(?!\u{200B})\p{Cf}/u;
/** The prolonged sound mark, full and half width. Both kana scripts use it, so Unicode assigns it to neither. */
const KANA_COMMON = /[ーｰ]/u;

/** Cache of the classes by code unit; 255 means not yet computed. */
const classCache = new Uint8Array(0x10000).fill(255);

/** @param codePoint a Unicode scalar value, or a lone surrogate, which breaks words */
export function characterClass(codePoint: number): CharacterClass {
  if (codePoint > 0xffff) return classify(codePoint);
  const found = classCache[codePoint];
  if (found !== 255) return found;
  return (classCache[codePoint] = classify(codePoint));
}

/**
 * Follows the word breaking rules of UAX #29, with two changes for product names: letters and digits are separate
 * classes, and joiners are a class of their own.
 */
function classify(codePoint: number): CharacterClass {
  const character = String.fromCodePoint(codePoint);
  if (JOINERS.has(character)) return CharacterClass.Joiner;
  if (EXTENSION.test(character)) return CharacterClass.Extension;
  if (character === '×') return CharacterClass.Letter; // 30×40 is 30x40
  if (/\p{Nd}/u.test(character)) return CharacterClass.Digit;
  if (/\p{No}/u.test(character)) return otherNumber(character);
  if (UNSPACED.test(character) || KANA_COMMON.test(character)) {
    return /[\p{L}\p{N}]/u.test(character) ? CharacterClass.Unspaced : CharacterClass.Break;
  }
  return /[\p{L}\p{Nl}]/u.test(character) ? CharacterClass.Letter : CharacterClass.Break;
}

/** Returns whether a text begins with a letter of a script without spaces. @param text not empty */
export function isUnspaced(text: string): boolean {
  return characterClass(text.codePointAt(0)!) === CharacterClass.Unspaced;
}

/** Classifies other numbers: `²` and `①` are digits, `½` is a fraction, and numbers of ancient scripts are letters. */
function otherNumber(character: string): CharacterClass {
  const plain = character.normalize('NFKC');
  if (/^\d+\u2044\d+$/.test(plain)) return CharacterClass.Fraction;
  if (UNSPACED.test(plain)) return CharacterClass.Unspaced;
  return /\p{L}/u.test(plain) || !/\p{Nd}/u.test(plain) ? CharacterClass.Letter : CharacterClass.Digit;
}
