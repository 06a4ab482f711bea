import type { AnswerChoice, AnswerContent, AnswerOutcome, AnswerPart } from './answer';
import type { AnswerLanguage } from '../language/languages';
import type { TemplateId } from './templates';
import { personWords } from './words';

export function answer(language: AnswerLanguage, outcome: AnswerOutcome, parts: readonly AnswerPart[]): AnswerContent {
  return { language, outcome, parts, choices: [], cards: [], quotes: [] };
}

/** Returns an answer of one template without values. */
export function plain(language: AnswerLanguage, outcome: AnswerOutcome, template: TemplateId): AnswerContent {
  return answer(language, outcome, [{ template, slots: {} }]);
}

/** Returns the answer with the choice of a person, as the last one. */
export function withPerson(content: AnswerContent): AnswerContent {
  if (content.choices.some(({ meaning }) => meaning.kind === 'PERSON')) return content;
  const person: AnswerChoice = { text: personWords(content.language), meaning: { kind: 'PERSON' } };
  return { ...content, choices: [...content.choices, person] };
}
