import { stemmer as danish } from '@orama/stemmers/danish';
import { stemmer as dutch } from '@orama/stemmers/dutch';
import { stemmer as finnish } from '@orama/stemmers/finnish';
import { stemmer as french } from '@orama/stemmers/french';
import { stemmer as german } from '@orama/stemmers/german';
import { stemmer as italian } from '@orama/stemmers/italian';
import { stemmer as norwegian } from '@orama/stemmers/norwegian';
import { stemmer as portuguese } from '@orama/stemmers/portuguese';
import { stemmer as russian } from '@orama/stemmers/russian';
import { stemmer as spanish } from '@orama/stemmers/spanish';
import { stemmer as swedish } from '@orama/stemmers/swedish';
import { stem as english } from 'porter2';
import { koreanStem } from './hangul';
import { singularFor } from './plurals';

/** Returns the stem of a folded surface: see {@link stemmerFor}. */
export type Stem = (surface: string) => string;

/**
 * Stemmers by ISO 639-1 code: Snowball's, and one for Korean. Snowball's stemmers of Turkish, Hungarian and Romanian are
 * not used, because they need accents, which folded words lack.
 */
const STEMMERS: Readonly<Record<string, Stem>> = {
  da: danish,
  de: (surface) => german(withoutUmlauts(surface)),
  en: english,
  es: spanish,
  fi: finnish,
  fr: french,
  it: italian,
  ko: koreanStem,
  nl: (surface) => withDutchFinal(dutch(surface)),
  no: norwegian,
  pt: portuguese,
  ru: russian,
  sv: (surface) => swedish(surface.replace(SWEDISH_BOOKS, 'bok')),
};

const LATIN = /^[a-z]+$/;
const CYRILLIC = /^[а-я]+$/;
const HANGUL_LETTERS = /^[ㄱ-ㅣ]+$/;
/** Alphabets of the languages in other scripts. */
const ALPHABETS: Readonly<Record<string, RegExp>> = { ko: HANGUL_LETTERS, ru: CYRILLIC };
const MAX_MEMO_SIZE = 20_000;

/**
 * Returns a stemmer for folded surfaces. Stemming happens after folding, so that a word has the same stem with and
 * without accents. Otherwise, 23% (French), 30% (Spanish), 30% (Italian) and 22% (Portuguese) of the accented words in
 * Snowball's vocabulary would have another stem when they are typed without accents. The drawback is that 11% (French),
 * 11% (Spanish), 2% (Italian) and 8% (Portuguese) of the word pairs to which Snowball gives the same stem get different
 * stems. Most of these pairs are verb forms.
 * Irregular plurals are brought to their singular before (see {@link singularFor}).
 * @returns undefined for a language without a stemmer
 */
export function stemmerFor(language: string): Stem | undefined {
  if (!Object.hasOwn(STEMMERS, language)) return undefined;
  const stem = STEMMERS[language];
  const alphabet = ALPHABETS[language] ?? LATIN;
  const singular = singularFor(language);
  const memo = new Map<string, string>();
  return (surface) => {
    const known = memo.get(surface);
    if (known !== undefined) return known;
    if (!alphabet.test(surface)) return surface; // part numbers, and words of other scripts
    if (memo.size === MAX_MEMO_SIZE) memo.clear();
    // An empty stem would match everything.
    const found = stem(singular(surface)) || surface;
    memo.set(surface, found);
    return found;
  };
}

/**
 * Replaces ae, oe and ue, so that a German word has one stem with ü, ue or u (like Lucene's GermanNormalizationFilter).
 */
export function withoutUmlauts(surface: string): string {
  return surface.replace(/ae|oe|(?<![aeiouyq])ue/g, (digraph) => digraph[0]);
}

/**
 * Spells the end of a stem as that of a Dutch word: `koekenpannen` and `koekenpan`, `huizen` and `huis` have one stem.
 * Snowball changes only the letters d, k and t.
 */
function withDutchFinal(stem: string): string {
  return stem.replace(/([bdfgklmnprst])\1$/, '$1').replace(/(?<=.{2})[vz]$/, (letter) => (letter === 'v' ? 'f' : 's'));
}

/** The plural of `bok` is irregular, in compounds too. The others have the stem of the singular without accents. */
const SWEDISH_BOOKS = /bocker(na)?s?$/;
