export interface IntentCandidate {
  readonly intent: string;
  /** 0 … 1. */
  readonly confidence: number;
}

/** What was understood of a message, as it is stored. */
export interface UnderstoodMessage {
  /** Null if it is out of scope, or if no model was active. */
  readonly intent: string | null;
  /** The probability of the best intent, 0 … 1; null if the customer made a choice, or if no model was active. */
  readonly confidence: number | null;
  /** The best intents, most probable first. */
  readonly candidates: readonly IntentCandidate[];
  /** The version of the model; null if none was active. */
  readonly modelVersion: string | null;
  /** The intent as an operator has corrected it. */
  readonly corrected?: string;
}
