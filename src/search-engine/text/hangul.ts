import { assemble, disassemble } from 'es-hangul';

const HANGUL = /\p{Script=Hangul}/u;
/** Letters that stand at a place of a syllable, with the letters that are typed for them. */
const TYPED_LETTERS: ReadonlyMap<string, string> = new Map(
  Array.from(
    'ㄱㄲㄳㄴㄵㄶㄷㄸㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅃㅄㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ',
    (letter) => [letter.normalize('NFKC'), letter],
  ),
);
const PLACED_LETTER = /[\u1100-\u11ff]/g;

/** Returns whether a text has Hangul. */
export const hasHangul = (text: string): boolean => HANGUL.test(text);

/**
 * Returns a folded text with its Hangul syllables as the letters that are typed for them, e.g. ㅋㅓㅌㅡㄴ for 커튼. While
 * a customer types the word, each state, such as 컽, consists of the first letters of the word.
 */
export function hangulLetters(folded: string): string {
  return disassemble(folded.replace(PLACED_LETTER, (letter) => TYPED_LETTERS.get(letter) ?? letter));
}

/** Returns the text that results from typing the letters of {@link hangulLetters}. */
export function typedHangul(letters: string): string {
  return hasHangul(letters) ? assemble([...letters]) : letters;
}

/** Particles that follow a noun, as letters: those after any letter, after a consonant, and after a vowel. */
const AFTER_ANY = '들 의 에 에서 에게 도 만 용 까지 부터 하고'.split(' ').map(hangulLetters);
const AFTER_CONSONANT = '을 은 이 과 으로'.split(' ').map(hangulLetters);
const AFTER_VOWEL = '를 는 가 와 로'.split(' ').map(hangulLetters);
const VOWELS = /[ㅏ-ㅣ]+/g;
const ENDS_WITH_VOWEL = /[ㅏ-ㅣ]$/;
/** A shorter rest is rarely a noun. */
const MIN_STEM_SYLLABLES = 2;

/**
 * Returns a Korean word without its particles, as letters: the stem of 소파가 is that of 소파. Some nouns end like a
 * particle, such as 고양이 (cat). They lose this end in all forms, and so all forms have the same stem.
 */
export function koreanStem(letters: string): string {
  for (let stem = letters; ;) {
    const rest = withoutParticle(stem);
    if (rest === undefined || (rest.match(VOWELS) ?? []).length < MIN_STEM_SYLLABLES) return stem;
    stem = rest;
  }
}

function withoutParticle(letters: string): string | undefined {
  const particle = [...AFTER_ANY, ...AFTER_CONSONANT, ...AFTER_VOWEL].find((one) => {
    if (!letters.endsWith(one)) return false;
    const followsVowel = ENDS_WITH_VOWEL.test(letters.slice(0, -one.length));
    return AFTER_ANY.includes(one) || followsVowel === AFTER_VOWEL.includes(one);
  });
  return particle === undefined ? undefined : letters.slice(0, -particle.length);
}
