import { readFileSync } from 'node:fs';
import path from 'node:path';
import type english from './texts/en.json';
import { ANSWER_LANGUAGES, type AnswerLanguage } from './languages';

/** What answers say in one language: `texts/<language>.json`. */
export type LanguageTexts = typeof english;

const read = (language: AnswerLanguage) =>
  JSON.parse(readFileSync(path.join(__dirname, 'texts', `${language}.json`), 'utf8')) as LanguageTexts;

/** By language. `test/unit/support/texts.test.ts` checks that all have the same parts and slots. */
export const TEXTS = Object.fromEntries(ANSWER_LANGUAGES.map((language) => [language, read(language)])) as Readonly<
  Record<AnswerLanguage, LanguageTexts>
>;

/** By ISO 639-1 code of a language without answers: a sentence in it that says so. */
export const NOT_SPOKEN = JSON.parse(readFileSync(path.join(__dirname, 'not-spoken.json'), 'utf8')) as Readonly<
  Record<string, string>
>;
