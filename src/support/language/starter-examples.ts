import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ANSWER_LANGUAGES, type AnswerLanguage } from './languages';
import type { IntentExample } from '../understanding/intent-example';

/**
 * Returns the starter examples of one language by intent, and of what no intent covers: `examples/<language>.json`. They
 * are written for this project and contain no data of third parties.
 */
export function starterExamples(language: AnswerLanguage): Readonly<Record<string, readonly string[]>> {
  return textsByIntent('examples', language);
}

/** Returns the starter examples of all languages. */
export function starterTrainingSet(): IntentExample[] {
  return examplesIn('examples', ANSWER_LANGUAGES);
}

/** Returns utterances from which no model learns, because each version is judged by them. */
export function frozenUtterances(languages: readonly AnswerLanguage[] = ANSWER_LANGUAGES): IntentExample[] {
  return examplesIn('frozen', languages);
}

function examplesIn(folder: 'examples' | 'frozen', languages: readonly AnswerLanguage[]): IntentExample[] {
  return languages.flatMap((language) =>
    Object.entries(textsByIntent(folder, language)).flatMap(([intent, texts]) =>
      texts.map((text) => ({ text, intent })),
    ),
  );
}

function textsByIntent(
  folder: 'examples' | 'frozen',
  language: AnswerLanguage,
): Readonly<Record<string, readonly string[]>> {
  return JSON.parse(readFileSync(path.join(__dirname, folder, `${language}.json`), 'utf8')) as Readonly<
    Record<string, readonly string[]>
  >;
}
