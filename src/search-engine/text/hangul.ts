import { assemble, disassemble } from 'es-hangul';

const HANGUL = /\p{Script=Hangul}/u;
/** The letters that stand at a certain place of a syllable in Unicode, with the letters of a keyboard. */
const PLACED_LETTERS = new Map<string, string>();
for (const [first, letters] of [
  [0x1100, 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'],
  [0x1161, 'ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ'],
  [0x11a8, 'ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ'],
] as const)
  [...letters].forEach((letter, at) => PLACED_LETTERS.set(String.fromCharCode(first + at), letter));
const PLACED_LETTER = /[\u1100-\u11ff]/g;
/** A syllable begins with a consonant. Vowels before the first one stay letters. */
const SYLLABLES = /[ㄱ-ㅎ][ㄱ-ㅣ]*/g;
const VOWELS = /[ㅏ-ㅣ]+/g;

/** Returns whether a text has Hangul. */
export const hasHangul = (text: string): boolean => HANGUL.test(text);

/**
 * Returns a folded text with its Hangul syllables as the letters that are typed for them, e.g. ㅋㅓㅌㅡㄴ for 커튼. While
 * a customer types the word, each state, such as 컽, consists of the first letters of the word.
 */
export function hangulLetters(folded: string): string {
  if (!hasHangul(folded)) return folded;
  return disassemble(folded.replace(PLACED_LETTER, (letter) => PLACED_LETTERS.get(letter) ?? letter));
}

/** Returns the text that results from typing the letters of {@link hangulLetters}. */
export function typedHangul(letters: string): string {
  return letters.replace(SYLLABLES, (part) => {
    try {
      return assemble([...part]);
    } catch {
      return part; // letters that no word has, such as two vowels in a row
    }
  });
}

/** Returns the number of syllables of a word of Hangul letters. */
export const syllablesOf = (letters: string): number => letters.match(VOWELS)?.length ?? 0;

/**
 * The particles that may follow a noun, from the last to the first: those of its role in the sentence (some of them only
 * after a consonant, others only after a vowel), those of place, purpose and limit, and the plural. The particle of the
 * subject after a consonant (이) is missing, because many nouns end like it, such as 고양이 (cat).
 */
const PARTICLES = [
  '의|에|도|하고|(?<=[ㄱ-ㅎ])(?:을|은|과|으로)|(?<=[ㅏ-ㅣ])(?:를|는|가|와|로)',
  '에서|에게|만|용|까지|부터',
  '들',
].map(atEnd);
/** Nouns that end like a particle: micro, road. */
const NOUNS = atEnd('마이크로|도로');
/** A shorter rest is rarely a noun. */
const MIN_STEM_SYLLABLES = 2;
/** Maximum length of a word with particles, in letters. */
const MAX_LENGTH = 64;

/** Returns a Korean word without its particles, as letters: the stem of 소파가 is that of 소파. */
export function koreanStem(letters: string): string {
  if (letters.length > MAX_LENGTH) return letters;
  let stem = letters;
  for (const particle of PARTICLES) {
    const rest = stem.replace(particle, '');
    if (syllablesOf(rest) >= MIN_STEM_SYLLABLES && !NOUNS.test(stem)) stem = rest;
  }
  return stem;
}

/** Returns a pattern of words at the end of a text of letters. */
function atEnd(words: string): RegExp {
  return new RegExp(`(?:${hangulLetters(words)})$`);
}
