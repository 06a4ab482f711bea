/** The intent of examples that no intent of the shop covers: questions that are not answered. */
export const OUT_OF_SCOPE = 'oos';

/** A sentence of a customer, and what the customer wants. */
export interface IntentExample {
  readonly text: string;
  /** The name of an intent, or {@link OUT_OF_SCOPE}. */
  readonly intent: string;
}

/** A possible intent of a sentence. */
export interface RankedIntent {
  readonly intent: string;
  /** Of the best intent: the probability that it is right, from 0 to 1. Others never have more. */
  readonly confidence: number;
}
