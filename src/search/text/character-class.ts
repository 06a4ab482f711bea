/** What a code point does in a word. */
export const enum CharacterClass {
  /** Ends a word: spaces, most punctuation, symbols, emoji. */
  Break,
  /** Of a script that sets spaces between its words. */
  Letter,
  Digit,
  /** One character that is a number of its own, like ½. */
  Fraction,
  /** Of a script without spaces between words: Han, kana, Thai, … */
  Unspaced,
  /** Belongs to what stands before it: accents, vowel signs, variation selectors, soft hyphens. */
  Extension,
  /** Joins two words into one when it stands alone between them: `-`, `'`, `.`, … */
  Joiner,
}

/** Hyphens, apostrophes, stops, slashes and their relatives in other widths. */
const JOINERS = new Set("-‐‑−﹣－'’‘ʼ＇.．,，/／&＆_＿+＋·*");

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hira}\p{Script=Kana}\p{Script=Thai}\p{Script=Laoo}\p{Script=Khmr}\p{Script=Mymr}]/u;
const EXTENSION = /[\p{M}\u{1160}-\u{11FF}\u{FF9E}\u{FF9F}\u{200C}\u{200D}\u{2060}\u{FEFF}\u{AD}]|(?!\u{200B})\p{Cf}/u;
/** The ligature sign of kana, and the sign that lengthens a vowel: common to both kana scripts, so in neither. */
const KANA_COMMON = /[ーｰ]/u;

/** By code unit, filled as they are met; 255 is "not yet". */
const known = new Uint8Array(0x10000).fill(255);

/** @param codePoint a Unicode scalar value, or a lone surrogate, which breaks words */
export function characterClass(codePoint: number): CharacterClass {
  if (codePoint > 0xffff) return classify(codePoint);
  const found = known[codePoint];
  if (found !== 255) return found;
  return (known[codePoint] = classify(codePoint));
}

/** Word breaking after UAX #29, with what product names need: letters and digits apart, joiners kept in sight. */
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

/** `²` and `①` are digits; `½` is more than one digit can say; the numbers of ancient scripts are letters to us. */
function otherNumber(character: string): CharacterClass {
  const plain = character.normalize('NFKC');
  if (/^\d+\u2044\d+$/.test(plain)) return CharacterClass.Fraction;
  if (UNSPACED.test(plain)) return CharacterClass.Unspaced;
  return /\p{L}/u.test(plain) || !/\p{Nd}/u.test(plain) ? CharacterClass.Letter : CharacterClass.Digit;
}
