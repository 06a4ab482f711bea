import type { LiveConversation, Message } from './conversation-documents';

type SummarizedMessage = Pick<Message, 'author' | 'sentAt' | 'outcome' | 'intent' | 'sources'>;

/** What a person who takes a conversation over needs to know first. */
export interface ConversationSummary {
  /** The intents of the customer's messages, most frequent first. */
  readonly intents: readonly { readonly intent: string; readonly count: number }[];
  /** The orders that answers are about, in the order of their first mention. */
  readonly orderIds: readonly string[];
  /** When the oldest message without an answer was sent; null if each is answered. */
  readonly unansweredSince: string | null;
}

/** Summarizes a transcript. A hand-off is no answer. */
export function summarize(messages: readonly SummarizedMessage[]): ConversationSummary {
  const counts = new Map<string, number>();
  const orderIds = new Set<string>();
  let unansweredSince: string | null = null;
  for (const { author, sentAt, outcome, intent, sources } of messages) {
    if (author === 'CUSTOMER' || outcome === 'HANDED_OFF') unansweredSince ??= sentAt;
    else unansweredSince = null;
    if (intent !== null) counts.set(intent, (counts.get(intent) ?? 0) + 1);
    for (const { kind, objectId } of sources) if (kind === 'ORDER') orderIds.add(objectId);
  }
  const intents = [...counts].map(([intent, count]) => ({ intent, count })).sort((a, b) => b.count - a.count);
  return { intents, orderIds: [...orderIds], unansweredSince };
}

/** Returns since when the customer waits for a person; null if the customer does not. */
export function waitingSince(
  { status, handedOffAt }: Pick<LiveConversation, 'status' | 'handedOffAt'>,
  { unansweredSince }: Pick<ConversationSummary, 'unansweredSince'>,
): string | null {
  if (status === 'WAITING') return handedOffAt;
  return status === 'WITH_OPERATOR' ? unansweredSince : null;
}
