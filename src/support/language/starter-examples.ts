import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ANSWER_LANGUAGES, type AnswerLanguage } from './languages';
import type { IntentExample } from '../understanding/intent-example';

/**
 * Returns the starter examples of one language by intent, and of what no intent covers: `examples/<language>.json`. They
 * are written for this project and contain no data of third parties.
 */
export function starterExamples(language: AnswerLanguage): Readonly<Record<string, readonly string[]>> {
  return JSON.parse(readFileSync(path.join(__dirname, 'examples', `${language}.json`), 'utf8')) as Readonly<
    Record<string, readonly string[]>
  >;
}

/** Returns the starter examples of all languages. */
export function starterTrainingSet(): IntentExample[] {
  return ANSWER_LANGUAGES.flatMap((language) =>
    Object.entries(starterExamples(language)).flatMap(([intent, texts]) => texts.map((text) => ({ text, intent }))),
  );
}
