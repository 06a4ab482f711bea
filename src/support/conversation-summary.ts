import type { AnswerContent } from './answers/answer';
import type { ConversationRecord, MessageRecord } from './conversation';

/** The kinds of objects that a summary names. */
export const SUBJECT_KINDS = ['ORDER', 'SHIPMENT', 'PRODUCT', 'ARTICLE'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

type SummarizedMessage = Pick<MessageRecord, 'ordinal' | 'author' | 'sentAt' | 'answerTo' | 'understood' | 'content'>;

/** What a person who takes a conversation over needs to know first. */
export interface SummaryOf<Message> {
  /** The intents of the customer's messages, in the order in which they first came up. */
  readonly intents: readonly { readonly intent: string; readonly messageCount: number }[];
  /** What the automatic answers were about, in the order in which it first came up. */
  readonly subjects: readonly { readonly kind: SubjectKind; readonly objectId: string }[];
  readonly lastCustomerMessage: Message | null;
  /** The last message of the customer without an answer, else the last one. */
  readonly question: Message | null;
  /** Number of messages of the customer without an answer. */
  readonly unansweredCount: number;
  /** Since when the customer waits for a person; null if the customer does not. */
  readonly waitingSince: Date | null;
}

/**
 * Summarizes a conversation. A message is answered by the automatic answer to it, unless that says that Freshet has not
 * understood it or passes it on; and by the next reply of a person.
 * @param messages the oldest first
 */
export function summarize<Message extends SummarizedMessage>(
  { status, handedOffAt }: Pick<ConversationRecord, 'status' | 'handedOffAt'>,
  messages: readonly Message[],
): SummaryOf<Message> {
  const counts = new Map<string, number>();
  const subjects = new Map<string, { kind: SubjectKind; objectId: string }>();
  const unanswered = new Set<number>();
  let openSince: Date | null = null;
  let isHandedOff = false;
  for (const { ordinal, author, sentAt, answerTo, understood, content } of messages) {
    const isHandOff = content?.outcome === 'HANDED_OFF';
    if (author === 'CUSTOMER') unanswered.add(ordinal);
    else if (author === 'OPERATOR') unanswered.clear();
    else if (answerTo !== null && !isHandOff && content?.outcome !== 'NOT_UNDERSTOOD') unanswered.delete(answerTo);
    isHandedOff ||= isHandOff;
    if (author === 'CUSTOMER' || isHandOff) openSince ??= sentAt;
    // Notices are no replies: of a decision about a request, and, after the hand-off, of the customer's e-mail address.
    else if (author === 'OPERATOR' || (answerTo !== null && !isHandedOff)) openSince = null;
    const intent = understood?.corrected ?? understood?.intent ?? null;
    if (intent !== null) counts.set(intent, (counts.get(intent) ?? 0) + 1);
    if (content !== null)
      for (const subject of subjectsOf(content)) subjects.set(`${subject.kind} ${subject.objectId}`, subject);
  }
  const lastCustomerMessage = messages.findLast(({ author }) => author === 'CUSTOMER') ?? null;
  return {
    intents: Array.from(counts, ([intent, messageCount]) => ({ intent, messageCount })),
    subjects: [...subjects.values()],
    lastCustomerMessage,
    question: messages.findLast(({ ordinal }) => unanswered.has(ordinal)) ?? lastCustomerMessage,
    unansweredCount: unanswered.size,
    waitingSince: status === 'WAITING' ? handedOffAt : status === 'WITH_OPERATOR' ? openSince : null,
  };
}

const isSubjectKind = (kind: string): kind is SubjectKind => (SUBJECT_KINDS as readonly string[]).includes(kind);

function subjectsOf({ parts, cards, quotes }: AnswerContent): { kind: SubjectKind; objectId: string }[] {
  const sources = parts.flatMap(({ slots }) => Object.values(slots).map(({ source }) => source));
  return [
    ...[...sources, ...cards].flatMap(({ kind, id }) => (isSubjectKind(kind) ? [{ kind, objectId: id }] : [])),
    ...quotes.map(({ articleId }) => ({ kind: 'ARTICLE' as const, objectId: articleId })),
  ];
}
