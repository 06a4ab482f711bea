import { LOCALES } from '../language/languages';
import type { AnswerContent, AnswerPart } from './answer';
import { source } from './order-answer';

/**
 * Adds to a hand-off outside office hours when the office opens, and asks for an address for the reply.
 * @param opening in milliseconds since 1970 @param hasAddress whether the customer has given one
 */
export function withOpening(
  content: AnswerContent,
  opening: number,
  timeZone: string,
  hasAddress: boolean,
): AnswerContent {
  const slot = (options: Intl.DateTimeFormatOptions) => ({
    value: new Date(opening).toISOString(),
    text: new Intl.DateTimeFormat(LOCALES[content.language], { timeZone, ...options }).format(opening),
    source: source('SETTING', 'OFFICE_HOURS', 'nextOpening'),
  });
  const day = slot({ weekday: 'long', day: 'numeric', month: 'long' });
  const closed: AnswerPart = { template: 'hand-off.closed', slots: { day, time: slot({ timeStyle: 'short' }) } };
  const asked: AnswerPart[] = hasAddress ? [] : [{ template: 'hand-off.address', slots: {} }];
  return { ...content, parts: [...content.parts, closed, ...asked] };
}

/** Returns whether an automatic message asks for an e-mail address. */
export function asksReplyAddress(content: AnswerContent | null): boolean {
  return content?.parts.some(({ template }) => template === 'hand-off.address') ?? false;
}
