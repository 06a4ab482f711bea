import { NO_LANGUAGE } from './analyzers';

const LATIN_LANGUAGES = new Set('cs da de en es fi fr hu it nl no pl pt ro sv tr'.split(' '));
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
  return [...new Set([...missing.map(([, [language]]) => language), ...readable])];
}
