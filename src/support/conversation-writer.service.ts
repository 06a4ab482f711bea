import { codePointsIn, isLongerThan } from '../expressions/code-points';
import type { EventLog } from '../events/event-log';
import { receiptOf } from '../events/receipts';
import { subjectOf, subjectOfOrder } from '../events/log-event';
import { announceWriter, findErased } from '../events/tombstone.store';
import { ApiError } from '../graphql/errors';
import type { StoredEvent } from '../events/stored-event';
import type { Viewer } from '../graphql/context';
import { isVisible } from '../graphql/id';
import { isStorable, UNSTORABLE } from '../graphql/storable';
import type { UserError } from '../graphql/user-error.type';
import type { PoolClient } from '../platform/postgres';
import { retryTransaction } from '../platform/retry-outages';
import { isUuid } from '../platform/uuid';
import {
  MAX_MESSAGES,
  type ConversationOwner,
  type ConversationRecord,
  type MadeChoice,
  type MessageAuthor,
  type MessageRecord,
} from './conversation';
import { requireOpen } from './conversation-access';
import { appendMessage, findConversation, lockConversation, storePosition } from './conversation.store';

declare module '../events/position.store' {
  interface LogChange {
    /** Conversations that have changed. */
    readonly conversations?: readonly string[];
  }
}

/** What a mutation has done to a conversation. */
export interface ConversationChange {
  /** The conversation; null if it was not changed because of an error. */
  readonly conversation: ConversationRecord | null;
  /** The message that the mutation has stored; null if it has stored none. */
  readonly message: MessageRecord | null;
  /** Null if the mutation was refused. */
  readonly receipt: string | null;
  readonly userErrors: readonly UserError[];
}

export interface MessageToSend {
  readonly conversationId: string;
  /** The client's id of the message. */
  readonly messageId: string;
  readonly text: string;
}

export interface RefusedWrite {
  readonly refused: UserError;
}

/** What a transaction has done to the conversation with the id. */
export interface Done {
  readonly change: { readonly conversations: readonly string[] } | null;
  readonly id: string;
  readonly message: MessageRecord | null;
  /** For the log, if it has changed. */
  readonly events?: readonly StoredEvent[];
  readonly afterPosition?: (position: number) => Promise<void>;
}

export type Write = RefusedWrite | Done;

export const TOO_LONG = `A conversation has at most ${MAX_MESSAGES} messages. Start another one.`;

/** Number of messages of a person that the customer can't use up. */
export const RESERVED_REPLIES = 10;

/** Writes conversations: each mutation is one transaction, which ends with a log position if it has changed something. */
export class ConversationWriter {
  constructor(
    private readonly eventLog: EventLog,
    readonly now: () => number = Date.now,
  ) {}

  /** Reads a conversation before a transaction. @throws ApiError like {@link open} */
  async find(id: string, viewer: Viewer): Promise<ConversationRecord> {
    return requireOpen(isUuid(id) ? await findConversation(this.eventLog.pool, id) : undefined, id, viewer);
  }

  /** Locks a conversation. @throws ApiError NOT_FOUND if it does not exist, or if the viewer may not open it */
  async open(client: PoolClient, id: string, viewer: Viewer): Promise<ConversationRecord> {
    return requireOpen(isUuid(id) ? await lockConversation(client, id) : undefined, id, viewer);
  }

  newMessage(
    conversation: ConversationRecord,
    author: MessageAuthor,
    fields: Pick<MessageRecord, 'text'> & Partial<MessageRecord>,
  ): MessageRecord {
    return {
      clientId: null,
      choice: null,
      awaitsAnswer: false,
      answerTo: null,
      understood: null,
      content: null,
      operatorName: null,
      helpful: null,
      ...fields,
      author,
      ordinal: conversation.messageCount + 1,
      sentAt: new Date(this.now()),
    };
  }

  async append(client: PoolClient, conversation: ConversationRecord, message: MessageRecord) {
    await appendMessage(client, conversation, message);
    return { change: { conversations: [conversation.id] }, id: conversation.id, message };
  }

  /** A message that is sent again is the same message if author, text and choice are the same. */
  repeat(
    { id }: ConversationRecord,
    stored: MessageRecord,
    author: MessageAuthor,
    text: string,
    choice: MadeChoice | null,
  ): Done | RefusedWrite {
    const isSame =
      stored.author === author &&
      stored.text === text &&
      stored.choice?.of === choice?.of &&
      stored.choice?.index === choice?.index;
    if (isSame) return { change: null, id, message: stored };
    return refusal('messageId', 'The conversation has another message with this id.', 'CONFLICT');
  }

  /** Runs the work in one transaction, which ends with a log position if it has changed the conversation. */
  async write(work: (client: PoolClient) => Promise<Write>): Promise<ConversationChange> {
    let stored: ConversationRecord | null = null;
    const { position, ...result } = await retryTransaction(() =>
      this.eventLog.commit(async ({ client, append }) => {
        stored = null;
        await announceWriter(client);
        const written = await work(client);
        if ('refused' in written) return { change: null, message: null, userErrors: [written.refused] };
        const { change, id, message, events = [], afterPosition } = written;
        const receivedAt = new Date(this.now());
        const appended =
          events.length === 0 ? undefined : await append(events, { receivedAt: () => receivedAt, backfill: false });
        if (change === null) stored = (await findConversation(client, id)) ?? null;
        return {
          message,
          userErrors: [],
          change: change && { ...change, ...(appended && { events: appended.inserted }) },
          afterPosition: async (at: number) => {
            stored = (await storePosition(client, id, at)) ?? null;
            await afterPosition?.(at);
          },
        };
      }),
    );
    return { ...result, conversation: stored, receipt: stored === null ? null : receiptOf(position) };
  }
}

/** What a transaction returns that has changed nothing. */
export function unchanged(id: string): Done {
  return { change: null, id, message: null };
}

/** @param field such as `lines.0.quantity` */
export function refusal(field: string, message: string, code: UserError['code']): RefusedWrite {
  return { refused: { field: ['input', ...field.split('.')], message, code } };
}

/** A refusal before the transaction. */
export function refused(
  field: string,
  message: string,
  code: UserError['code'] = 'BAD_USER_INPUT',
): ConversationChange {
  const userErrors = [refusal(field, message, code).refused];
  return { conversation: null, message: null, receipt: null, userErrors };
}

/** Maximum length of a message, in characters. */
const MAX_MESSAGE_LENGTH = 2_000;

/** Returns what is wrong with the text of a message; undefined if nothing is. */
export function faultOfText(text: string): string | undefined {
  if (isLongerThan(text, MAX_MESSAGE_LENGTH))
    return `text must have at most ${MAX_MESSAGE_LENGTH} characters; got ${codePointsIn(text)}.`;
  if (!isStorable(text)) return `text ${UNSTORABLE}.`;
  return isVisible(text) ? undefined : 'text must not be blank.';
}

export function isOperatorKey({ scope }: Viewer): boolean {
  return scope === 'OPERATOR' || scope === 'ADMIN';
}

export function answeredByAnother({ operatorName }: ConversationRecord): RefusedWrite {
  const message = `${operatorName ?? 'Another person'} answers this conversation. Take it over first.`;
  return refusal('conversationId', message, 'CONFLICT');
}

/** Called by a transaction of {@link ConversationWriter}. @throws ApiError CONFLICT if the owner is erased */
export async function requireNotErased(client: PoolClient, owner: ConversationOwner): Promise<void> {
  const subject = subjectOf({ customerId: owner.customerId ?? undefined, sessionId: owner.sessionId ?? undefined });
  const subjects = [subject, owner.orderId === null ? undefined : subjectOfOrder(owner.orderId)];
  const erased = await findErased(
    client,
    subjects.filter((each) => each !== undefined),
    { isAnnounced: true },
  );
  if (erased.size > 0) throw new ApiError('CONFLICT', 'The data of this person was erased.');
}
