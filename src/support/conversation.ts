import type { AnswerContent } from './answers/answer';
import type { UnderstoodMessage } from './understanding/understood-message';

export const CONVERSATION_STATUSES = ['AUTOMATIC', 'WAITING', 'WITH_OPERATOR', 'CLOSED'] as const;
export type ConversationStatus = (typeof CONVERSATION_STATUSES)[number];

export const CONVERSATION_SORTS = ['UPDATED_DESC', 'WAITING_LONGEST'] as const;
export type ConversationSort = (typeof CONVERSATION_SORTS)[number];

export const MESSAGE_AUTHORS = ['CUSTOMER', 'AUTOMATIC', 'OPERATOR'] as const;
export type MessageAuthor = (typeof MESSAGE_AUTHORS)[number];

/** Maximum number of messages of a conversation. */
export const MAX_MESSAGES = 300;

/** Whose a conversation is: the customer's, else that of a guest with a token of the order, else the session's. */
export interface ConversationOwner {
  readonly customerId: string | null;
  readonly sessionId: string | null;
  readonly orderId: string | null;
}

/** A stored conversation, without its messages. */
export interface ConversationRecord extends ConversationOwner {
  readonly id: string;
  /** The token of the guest: another token of the same order is another guest. */
  readonly guestId: string | null;
  /** The first customer into whom the session was merged; null if it was merged into none. */
  readonly sessionCustomerId: string | null;
  /** BCP 47; null: the language of each message is recognised. */
  readonly language: string | null;
  readonly status: ConversationStatus;
  /** The key that answers it; null unless WITH_OPERATOR. */
  readonly operatorId: string | null;
  readonly operatorName: string | null;
  readonly startedAt: Date;
  readonly updatedAt: Date;
  readonly handedOffAt: Date | null;
  readonly closedAt: Date | null;
  /** The e-mail address to which the customer wants a person to reply, too. Only operators read it. */
  readonly replyAddress: string | null;
  readonly messageCount: number;
  /** The log position of the newest change. */
  readonly position: number;
}

/** A choice of an automatic message that the customer has made. */
export interface MadeChoice {
  /** The ordinal of the automatic message. */
  readonly of: number;
  /** The index among its choices. */
  readonly index: number;
}

/** A stored message. */
export interface MessageRecord {
  /** From 1. */
  readonly ordinal: number;
  readonly clientId: string | null;
  readonly author: MessageAuthor;
  readonly text: string;
  readonly sentAt: Date;
  readonly choice: MadeChoice | null;
  readonly awaitsAnswer: boolean;
  /** Of an automatic message: the ordinal of the customer's message. */
  readonly answerTo: number | null;
  readonly understood: UnderstoodMessage | null;
  readonly content: AnswerContent | null;
  readonly operatorName: string | null;
  readonly helpful: boolean | null;
}

/** Returns whether a message answers one of the customer. The notice of a decision about a request does not. */
export function isAnswer({ author, answerTo }: Pick<MessageRecord, 'author' | 'answerTo'>): boolean {
  return author === 'AUTOMATIC' && answerTo !== null;
}

/** A conversation is contained if the customer writes no more about the same for this long (ms), and no person is involved. */
const SETTLING_MS = 72 * 3_600_000;

/** @param lastMessageAt when the last message of the customer or the answer to it was sent */
export const settlingTime = (lastMessageAt: Date): Date => new Date(lastMessageAt.getTime() + SETTLING_MS);
