import type { AnswerContent } from './answer';
import { renderTemplate } from './templates';

/** Returns the text of an answer: one paragraph for each part. */
export function answerText({ language, parts }: Pick<AnswerContent, 'language' | 'parts'>): string {
  return parts.map(({ template, slots }) => renderTemplate(language, template, slots)).join('\n');
}
