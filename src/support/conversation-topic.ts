/** A message of the customer, with what the automatic answer to it says. */
export interface AnsweredQuestion {
  readonly ordinal: number;
  readonly sentAt: Date;
  /** As an operator has corrected it, else as Freshet understood it; null if it is unknown. */
  readonly intent: string | null;
  /** The language of the answer; null if there is no automatic answer. */
  readonly language: string | null;
  /** The outcome of the answer; null if there is no automatic answer. */
  readonly outcome: string | null;
  /** The orders that the answer is about. */
  readonly orderIds: readonly string[];
}

/** What a conversation is about, as events state it. */
export type ConversationTopic = Omit<AnsweredQuestion, 'intent' | 'ordinal' | 'sentAt'> & { readonly intent: string };

/** The intent that events state of a message whose intent is not known. */
export const UNKNOWN_INTENT = 'unknown';

/** Messages with these intents do not say what a conversation is about. */
const WITHOUT_TOPIC: ReadonlySet<string | null> = new Set(['greeting', 'thanks', 'speak-to-person']);

/**
 * Returns what a conversation is about: that of the last message of the customer with a topic, else of the last message,
 * and the orders of all messages with its intent.
 * @param questions the oldest first
 */
export function topicOf(questions: readonly AnsweredQuestion[]): ConversationTopic {
  const about = questions.findLast(({ intent }) => !WITHOUT_TOPIC.has(intent)) ?? questions.at(-1);
  const same = questions.filter(({ intent }) => intent === about?.intent);
  return {
    intent: about?.intent ?? UNKNOWN_INTENT,
    language: about?.language ?? null,
    outcome: about?.outcome ?? null,
    orderIds: [...new Set(same.flatMap(({ orderIds }) => orderIds))],
  };
}

/** Returns the properties of an event about a topic. What is not known is absent. */
export function topicProperties({
  intent,
  language,
  outcome,
}: Pick<ConversationTopic, 'intent' | 'language' | 'outcome'>) {
  return { intent, ...(language !== null && { language }), ...(outcome !== null && { outcome }) };
}
