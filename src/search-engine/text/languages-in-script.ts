import { NO_LANGUAGE } from './analyzers';

const LATIN_LANGUAGES = new Set('cs da de en es fi fr hu it nl no pl pt ro sv tr'.split(' '));
/** Maximum number of languages that a query in several scripts is read in, unless more are given. */
const MAX_READINGS = 3;
const LATIN = /\p{Script=Latin}/u;

/** Scripts with the languages that are written in them, the most common one first. */
const SCRIPTS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/[\p{Script=Hira}\p{Script=Kana}]/u, ['ja']],
  [/\p{Script=Han}/u, ['zh', 'ja']],
  [/\p{Script=Hangul}/u, ['ko']],
  [/\p{Script=Cyrillic}/u, ['ru', 'be', 'bg', 'kk', 'mk', 'sr', 'uk']],
];

/**
 * Returns the languages in which a query can be read by its letters. If none of the languages is written in a script of
 * the query, the most common language of this script comes first. Languages in Latin letters are replaced by
 * {@link NO_LANGUAGE} if the query has letters of such a script, but no Latin letters: their rules do not apply to it,
 * but a product in such a language may have the word.
 * @param languages ISO 639-1
 */
export function languagesInScript(text: string, languages: readonly string[]): string[] {
  const scripts = SCRIPTS.filter(([script]) => script.test(text));
  if (scripts.length === 0) return [...languages];
  const missing = scripts.filter(([, own]) => !own.some((language) => languages.includes(language)));
  const readable = languages.map((language) =>
    LATIN_LANGUAGES.has(language) && !LATIN.test(text) ? NO_LANGUAGE : language,
  );
  const added = missing.map(([, [language]]) => language);
  // The first language determines the words of a query, so one with Latin letters is read in its own language first.
  const all = LATIN.test(text) ? [...readable, ...added] : [...added, ...readable];
  return [...new Set(all)].slice(0, Math.max(languages.length, MAX_READINGS));
}
