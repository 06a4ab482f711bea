import type { AnswerContent } from '../answers/answer';

/** Why people should look at a question. */
export const REVIEW_REASONS = ['UNANSWERED', 'UNHELPFUL', 'CORRECTED'] as const;

export type ReviewReason = (typeof REVIEW_REASONS)[number];

/** A question that people should look at. */
export interface ReviewRecord {
  readonly conversationId: string;
  readonly ordinal: number;
  readonly reason: ReviewReason;
}

/** Returns why people should look at a question with this answer; null if they need not. */
export function reviewReason({ outcome, parts }: Pick<AnswerContent, 'outcome' | 'parts'>): ReviewReason | null {
  const hasNoAnswer = outcome === 'NOT_UNDERSTOOD' || parts.some(({ template }) => template === 'question.unanswered');
  return hasNoAnswer ? 'UNANSWERED' : null;
}
