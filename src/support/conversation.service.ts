import { randomUUID } from 'node:crypto';
import type { EventLog } from '../events/event-log';
import { subjectOf, subjectOfOrder } from '../events/log-event';
import { receiptOf } from '../events/receipts';
import { announceWriter, findErased } from '../events/tombstone.store';
import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { isVisible } from '../graphql/id';
import { isStorable, UNSTORABLE } from '../graphql/storable';
import type { UserError } from '../graphql/user-error.type';
import type { Logger } from '../platform/log';
import type { PoolClient } from '../platform/postgres';
import { isUuid } from '../platform/uuid';
import { retryTransaction } from '../platform/retry-outages';
import { resolveIdentity } from '../auth/identity';
import { answerText } from './answers/answer-text';
import type { AnswerContent } from './answers/answer';
import type { AnswerService } from './answers/answer.service';
import { answerLanguageOf } from './answers/answer.service';
import {
  MAX_MESSAGES,
  type ConversationOwner,
  type ConversationRecord,
  type MadeChoice,
  type MessageAuthor,
  type MessageRecord,
} from './conversation';
import { mayOpen, notFound } from './conversation-access';
import {
  claimMessage,
  endWaiting,
  findConversation,
  findMessageOfClient,
  insertConversation,
  insertMessage,
  lockConversation,
  rateMessage,
  readMessages,
  storeCorrection,
  storePosition,
  updateConversation,
} from './conversation.store';
import { faultOfIntent } from './understanding/intents';
import {
  lockIntentExamples,
  MAX_EXAMPLE_LENGTH,
  MAX_EXAMPLES,
  storeExamplePositions,
  writeIntentExamples,
} from './understanding/intent-example.store';
import type { MessageLimits } from './message-limits';
import { supportEvent } from './support-event';

/** Maximum length of a message, in characters. */
const MAX_MESSAGE_LENGTH = 2_000;

export interface ConversationServiceOptions {
  readonly eventLog: EventLog;
  readonly answers: Pick<AnswerService, 'compose'>;
  readonly limits: Pick<MessageLimits, 'charge'>;
  /** Returns the name of a key, which customers see; null if it has none. */
  readonly keyName: (id: string) => Promise<string | null>;
  readonly log: Logger;
  readonly now?: () => number;
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

/**
 * Holds conversations with customers. A message is stored in a transaction of its own before it is answered. Its answer
 * is another transaction, which marks the message as answered, so that there is one answer at most. `AnswerSweeper`
 * answers what a crash left.
 */
export class ConversationService {
  private readonly now: () => number;

  constructor(private readonly options: ConversationServiceOptions) {
    this.now = options.now ?? Date.now;
  }

  /**
   * Begins a conversation. It belongs to the customer, the session or the guest of the token; with a key of the shop, to
   * those that the input names.
   */
  async start(
    input: {
      readonly customerId?: string | null;
      readonly sessionId?: string | null;
      readonly language?: string | null;
    },
    viewer: Viewer,
    address: string | null,
  ): Promise<ConversationChange> {
    const { customerId = null, sessionId = null } = resolveIdentity(viewer, input);
    const owner = { customerId, sessionId, orderId: viewer.orderId ?? null };
    if (customerId === null && sessionId === null && owner.orderId === null)
      throw viewer.scope === 'STOREFRONT'
        ? new ApiError('UNAUTHENTICATED', 'startConversation requires a token; startSession issues one.')
        : new ApiError('BAD_USER_INPUT', 'customerId or sessionId is required with a key of the shop.');
    if (viewer.scope === 'STOREFRONT') this.options.limits.charge(undefined, address);
    const id = randomUUID();
    const startedAt = new Date(this.now());
    return this.write(async (client) => {
      await requireNotErased(client, owner);
      await insertConversation(client, { id, ...owner, language: input.language ?? null, startedAt });
      return { change: { conversations: [id] }, id, message: null };
    });
  }

  /** Stores a message of the customer, and answers it unless a person answers the conversation. */
  async ask(
    { conversationId, messageId, text, choice }: MessageToSend & { readonly choice: MadeChoice | null },
    viewer: Viewer,
    address: string | null,
  ): Promise<ConversationChange & { readonly answer: MessageRecord | null }> {
    const fault = faultOfText(text);
    if (fault !== undefined) return { ...refused('text', fault), answer: null };
    if (viewer.scope === 'STOREFRONT') this.options.limits.charge(conversationId, address);
    const stored = await this.write(async (client) => {
      const conversation = await this.open(client, conversationId, viewer);
      const repeated = await findMessageOfClient(client, conversationId, messageId);
      if (repeated !== undefined) return this.repeat(conversation, repeated, 'CUSTOMER', text, choice);
      if (conversation.status === 'CLOSED')
        return refusal('conversationId', 'The conversation is closed. Start another one.', 'CONFLICT');
      const reserved = conversation.status === 'AUTOMATIC' ? RESERVED_MESSAGES : RESERVED_REPLIES;
      if (conversation.messageCount >= MAX_MESSAGES - reserved) return refusal('conversationId', TOO_LONG, 'CONFLICT');
      const owned = { ...conversation, customerId: conversation.customerId ?? viewer.customerId ?? null };
      await requireNotErased(client, owned);
      if (choice !== null) {
        const offered = (await readMessages(client, conversationId)).find(({ ordinal }) => ordinal === choice.of);
        if (offered?.content?.choices[choice.index] === undefined)
          return refusal('choiceId', 'There is no such choice in this conversation.', 'NOT_FOUND');
      }
      const message = this.newMessage(owned, 'CUSTOMER', {
        clientId: messageId,
        text,
        choice,
        awaitsAnswer: conversation.status === 'AUTOMATIC',
      });
      return this.append(client, owned, message);
    });
    const { message } = stored;
    if (message === null || !message.awaitsAnswer) return { ...stored, answer: await this.answerTo(stored) };
    try {
      const { understood, ...answered } = await this.answer(conversationId, message.ordinal, stored.conversation);
      // A customer may have signed in and written meanwhile. Then the answer is not for this token.
      if (answered.conversation === null || !mayOpen(answered.conversation, viewer)) throw notFound();
      const answer = answered.answer ?? (await this.answerTo(stored));
      return { ...stored, ...answered, answer, message: { ...message, awaitsAnswer: false, understood } };
    } catch (error) {
      if (error instanceof ApiError && error.code === 'NOT_FOUND') throw error;
      this.options.log.warn(
        { error: (error as Error).message },
        'a message is not answered yet; it will be tried again',
      );
      return { ...stored, answer: null };
    }
  }

  /**
   * Answers a message of a customer. Does nothing if it is answered already, or if a person answers the conversation.
   * @param read the conversation with this message, if it was read just now
   * @returns the conversation, how the message was understood, and the answer, null if there is none
   */
  async answer(
    conversationId: string,
    ordinal: number,
    read: ConversationRecord | null = null,
  ): Promise<
    Pick<ConversationChange, 'conversation' | 'receipt'> &
      Pick<MessageRecord, 'understood'> & { readonly answer: MessageRecord | null }
  > {
    const { pool } = this.options.eventLog;
    const before = read ?? (await findConversation(pool, conversationId));
    const messages = await readMessages(pool, conversationId);
    const message = messages.find((each) => each.ordinal === ordinal);
    if (before === undefined || message === undefined) throw notFound();
    const { understood, content } = await this.options.answers.compose(
      before,
      messages.filter((each) => each.ordinal <= ordinal),
      message,
    );
    const { message: answer, ...written } = await this.writeEvents(async (client) => {
      const conversation = await lockConversation(client, conversationId);
      const isClaimed = await claimMessage(client, conversationId, ordinal, understood);
      if (conversation === undefined) throw notFound();
      if (!isClaimed || conversation.status !== 'AUTOMATIC')
        return { change: null, id: conversationId, message: null, events: [] };
      const reply = {
        ...this.newMessage(conversation, 'AUTOMATIC', { text: answerText(content) }),
        answerTo: ordinal,
        content,
      };
      const isHandedOff = content.outcome === 'HANDED_OFF';
      const changed = isHandedOff ? handedOff(conversation, reply.sentAt) : conversation;
      const events = [
        supportEvent('support_answered', conversation, ordinal, reply.sentAt.getTime(), {
          intent: understood.intent ?? 'unknown',
          outcome: content.outcome,
        }),
        ...(isHandedOff ? [handOffEvent(conversation, reply, 'automatic')] : []),
      ];
      return { ...(await this.append(client, changed, reply)), events };
    });
    return { ...written, understood: answer === null ? message.understood : understood, answer };
  }

  /**
   * Passes a conversation on to a person. Does nothing if one answers it or will, unless it is this person who passes it
   * on to another one.
   * @param by for the log
   */
  async handOff(
    conversationId: string,
    viewer: Viewer,
    by = isOperatorKey(viewer) ? 'operator' : 'customer',
  ): Promise<ConversationChange> {
    return this.writeEvents(async (client) => {
      const conversation = await this.open(client, conversationId, viewer);
      if (conversation.status === 'CLOSED')
        return {
          ...refusal('conversationId', 'The conversation is closed. Start another one.', 'CONFLICT'),
          events: [],
        };
      const isReleased = isOperatorKey(viewer) && conversation.status === 'WITH_OPERATOR';
      if (isReleased && conversation.operatorId !== viewer.keyId)
        return { ...answeredByAnother(conversation), events: [] };
      if (conversation.status !== 'AUTOMATIC' && !isReleased)
        return { change: null, id: conversationId, message: null, events: [] };
      if (conversation.messageCount >= MAX_MESSAGES)
        return { ...refusal('conversationId', TOO_LONG, 'CONFLICT'), events: [] };
      const content = handOffContent(answerLanguageOf('', conversation.language));
      const message = { ...this.newMessage(conversation, 'AUTOMATIC', { text: answerText(content) }), content };
      await endWaiting(client, conversationId);
      const events = [handOffEvent(conversation, message, by)];
      return { ...(await this.append(client, handedOff(conversation, message.sentAt), message)), events };
    });
  }

  /** Stores the reply of a person, who takes the conversation over unless another person has done so. */
  async reply({ conversationId, messageId, text }: MessageToSend, viewer: Viewer): Promise<ConversationChange> {
    const fault = faultOfText(text);
    if (fault !== undefined) return refused('text', fault);
    const operatorName = await this.options.keyName(viewer.keyId);
    return this.write(async (client) => {
      const conversation = await this.open(client, conversationId, viewer);
      const repeated = await findMessageOfClient(client, conversationId, messageId);
      if (repeated !== undefined) return this.repeat(conversation, repeated, 'OPERATOR', text, null);
      const taken = this.takenBy(conversation, viewer, operatorName);
      if ('refused' in taken) return taken;
      if (conversation.messageCount >= MAX_MESSAGES) return refusal('conversationId', TOO_LONG, 'CONFLICT');
      await endWaiting(client, conversationId);
      const message = { ...this.newMessage(taken, 'OPERATOR', { clientId: messageId, text }), operatorName };
      return this.append(client, taken, message);
    });
  }

  /**
   * Takes a conversation over: from then on only this person replies.
   * @param force whether to take it from another person
   */
  async takeOver(conversationId: string, force: boolean, viewer: Viewer): Promise<ConversationChange> {
    const operatorName = await this.options.keyName(viewer.keyId);
    return this.write(async (client) => {
      const conversation = await this.open(client, conversationId, viewer);
      const from =
        force && conversation.status === 'WITH_OPERATOR' ? { ...conversation, operatorId: null } : conversation;
      const taken = this.takenBy(from, viewer, operatorName);
      if ('refused' in taken) return taken;
      if (conversation.operatorId === viewer.keyId) return { change: null, id: conversationId, message: null };
      await endWaiting(client, conversationId);
      await updateConversation(client, { ...taken, updatedAt: new Date(this.now()) });
      return { change: { conversations: [conversationId] }, id: conversationId, message: null };
    });
  }

  /** Closes a conversation: no message is added. Does nothing if it is closed. */
  async close(conversationId: string, viewer: Viewer): Promise<ConversationChange> {
    return this.writeEvents(async (client) => {
      const conversation = await this.open(client, conversationId, viewer);
      if (conversation.status === 'CLOSED') return { change: null, id: conversationId, message: null, events: [] };
      if (conversation.status === 'WITH_OPERATOR' && conversation.operatorId !== viewer.keyId)
        return { ...answeredByAnother(conversation), events: [] };
      const closedAt = new Date(this.now());
      const by = conversation.status === 'WITH_OPERATOR' ? 'operator' : 'automatic';
      await endWaiting(client, conversationId);
      await updateConversation(client, {
        ...conversation,
        status: 'CLOSED',
        operatorId: null,
        closedAt,
        updatedAt: closedAt,
      });
      const event = supportEvent('support_closed', conversation, conversation.messageCount, closedAt.getTime(), { by });
      return { change: { conversations: [conversationId] }, id: conversationId, message: null, events: [event] };
    });
  }

  /** Stores whether an automatic answer has helped. Does nothing if that is stored already. */
  async rate(
    conversationId: string,
    ordinal: number,
    helpful: boolean,
    viewer: Viewer,
    address: string | null,
  ): Promise<ConversationChange> {
    if (viewer.scope === 'STOREFRONT') this.options.limits.charge(conversationId, address);
    return this.writeEvents(async (client) => {
      const conversation = await this.open(client, conversationId, viewer);
      const answer = (await readMessages(client, conversationId)).find((message) => message.ordinal === ordinal);
      if (answer === undefined || answer.answerTo === null)
        return {
          ...refusal('answerId', 'There is no such automatic answer in this conversation.', 'NOT_FOUND'),
          events: [],
        };
      if (!(await rateMessage(client, conversationId, ordinal, helpful)))
        return { change: null, id: conversationId, message: null, events: [] };
      const at = this.now();
      const rated = supportEvent('support_rated', conversation, ordinal, at, { helpful });
      // A changed rating is another event.
      const events = [{ ...rated, id: `${rated.id}:${at}` }];
      return { change: { conversations: [conversationId] }, id: conversationId, message: null, events };
    });
  }

  /** Stores the right intent of a message of the customer. The message becomes an example of this intent. */
  async correctIntent(
    conversationId: string,
    ordinal: number,
    intent: string,
    viewer: Viewer,
  ): Promise<ConversationChange> {
    const fault = faultOfIntent(intent);
    if (fault !== undefined) return refused('intent', `intent ${fault}.`);
    return this.write(async (client) => {
      await this.open(client, conversationId, viewer);
      const text = await storeCorrection(client, conversationId, ordinal, intent);
      if (text === undefined)
        return refusal('messageId', 'There is no such message of a customer in this conversation.', 'NOT_FOUND');
      const example = { text, intent, conversationId, updatedAt: new Date(this.now()) };
      const { count, known } = await lockIntentExamples(client, [text]);
      if (text.length <= MAX_EXAMPLE_LENGTH && (known.has(text) || count < MAX_EXAMPLES))
        await writeIntentExamples(client, [example]);
      return {
        change: { conversations: [conversationId] },
        id: conversationId,
        message: null,
        afterPosition: (at: number) => storeExamplePositions(client, [text], at),
      };
    });
  }

  /** @throws ApiError NOT_FOUND if it does not exist, or if the viewer may not open it */
  private async open(client: PoolClient, id: string, viewer: Viewer): Promise<ConversationRecord> {
    const conversation = isUuid(id) ? await lockConversation(client, id) : undefined;
    // PostgreSQL compares UUIDs without regard to case, but other ids are compared as they are.
    if (conversation?.id !== id || !mayOpen(conversation, viewer)) throw notFound();
    return conversation;
  }

  private takenBy(
    conversation: ConversationRecord,
    { keyId }: Viewer,
    operatorName: string | null,
  ): ConversationRecord | Refusal {
    const { status, operatorId } = conversation;
    if (status === 'CLOSED') return refusal('conversationId', 'The conversation is closed.', 'CONFLICT');
    if (status === 'WITH_OPERATOR' && operatorId !== null && operatorId !== keyId)
      return answeredByAnother(conversation);
    return { ...conversation, status: 'WITH_OPERATOR', operatorId: keyId, operatorName };
  }

  private newMessage(
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

  private async append(client: PoolClient, conversation: ConversationRecord, message: MessageRecord) {
    await insertMessage(client, conversation.id, message);
    await updateConversation(client, {
      ...conversation,
      messageCount: message.ordinal,
      updatedAt: message.sentAt,
    });
    return { change: { conversations: [conversation.id] }, id: conversation.id, message };
  }

  /** A message that is sent again is the same message if author, text and choice are the same. */
  private repeat(
    { id }: ConversationRecord,
    stored: MessageRecord,
    author: MessageAuthor,
    text: string,
    choice: MadeChoice | null,
  ): Done | Refusal {
    const isSame =
      stored.author === author &&
      stored.text === text &&
      stored.choice?.of === choice?.of &&
      stored.choice?.index === choice?.index;
    if (isSame) return { change: null, id, message: stored };
    return refusal('messageId', 'The conversation has another message with this id.', 'CONFLICT');
  }

  /** Returns the stored answer to a message that was sent again. */
  private async answerTo({ conversation, message }: ConversationChange): Promise<MessageRecord | null> {
    if (conversation === null || message === null) return null;
    const messages = await readMessages(this.options.eventLog.pool, conversation.id);
    return messages.find(({ answerTo }) => answerTo === message.ordinal) ?? null;
  }

  private write(work: (client: PoolClient) => Promise<Write>): Promise<ConversationChange> {
    return this.writeEvents(async (client) => ({ ...(await work(client)), events: [] }));
  }

  /** Runs the work in one transaction, which ends with a log position if it has changed the conversation. */
  private async writeEvents(
    work: (client: PoolClient) => Promise<Write & { readonly events: ReturnType<typeof supportEvent>[] }>,
  ): Promise<ConversationChange> {
    const { eventLog } = this.options;
    let stored: ConversationRecord | null = null;
    const { position, ...result } = await retryTransaction(() =>
      eventLog.commit(async ({ client, append }) => {
        stored = null;
        await announceWriter(client);
        const written = await work(client);
        if ('refused' in written)
          return {
            change: null,
            message: null,
            userErrors: [written.refused],
          };
        const { change, id, message, events, afterPosition } = written;
        const receivedAt = new Date(this.now());
        const appended =
          events.length === 0 ? undefined : await append(events, { receivedAt: () => receivedAt, backfill: false });
        const unchanged = change === null ? await findConversation(client, id) : undefined;
        stored = unchanged ?? null;
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

interface Refusal {
  readonly refused: UserError;
}

/** What a transaction has done to the conversation with the id. */
interface Done {
  readonly change: { readonly conversations: readonly string[] } | null;
  readonly id: string;
  readonly message: MessageRecord | null;
  readonly afterPosition?: (position: number) => Promise<void>;
}

type Write = Refusal | Done;

const TOO_LONG = `A conversation has at most ${MAX_MESSAGES} messages. Start another one.`;

/** Number of messages that are reserved for a person and the customer, after the automatic answers. */
const RESERVED_MESSAGES = 50;
/** Of these, number of messages that the customer can't use up. */
const RESERVED_REPLIES = 10;

function isOperatorKey({ scope }: Viewer): boolean {
  return scope === 'OPERATOR' || scope === 'ADMIN';
}

function answeredByAnother({ operatorName }: ConversationRecord): Refusal {
  const message = `${operatorName ?? 'Another person'} answers this conversation. Take it over first.`;
  return refusal('conversationId', message, 'CONFLICT');
}

function refusal(field: string, message: string, code: UserError['code']): Refusal {
  return { refused: { field: ['input', field], message, code } };
}

/** A refusal before the transaction. */
function refused(field: string, message: string): ConversationChange {
  const userErrors = [refusal(field, message, 'BAD_USER_INPUT').refused];
  return { conversation: null, message: null, receipt: null, userErrors };
}

function faultOfText(text: string): string | undefined {
  if (text.length > MAX_MESSAGE_LENGTH)
    return `text must have at most ${MAX_MESSAGE_LENGTH} characters; got ${text.length}.`;
  if (!isStorable(text)) return `text ${UNSTORABLE}.`;
  return isVisible(text) ? undefined : 'text must not be blank.';
}

function handedOff(conversation: ConversationRecord, at: Date): ConversationRecord {
  return { ...conversation, status: 'WAITING', operatorId: null, operatorName: null, handedOffAt: at };
}

function handOffEvent(conversation: ConversationRecord, { ordinal, sentAt }: MessageRecord, by: string) {
  return supportEvent('support_handed_off', conversation, ordinal, sentAt.getTime(), { by });
}

function handOffContent(language: AnswerContent['language']): AnswerContent {
  const parts = [{ template: 'hand-off' as const, slots: {} }];
  return { language, outcome: 'HANDED_OFF', parts, choices: [], cards: [], quotes: [] };
}

/** @throws ApiError CONFLICT if the owner is erased */
async function requireNotErased(client: PoolClient, owner: ConversationOwner): Promise<void> {
  const subject = subjectOf({ customerId: owner.customerId ?? undefined, sessionId: owner.sessionId ?? undefined });
  const subjects = [subject, owner.orderId === null ? undefined : subjectOfOrder(owner.orderId)];
  const erased = await findErased(
    client,
    subjects.filter((each) => each !== undefined),
  );
  if (erased.size > 0) throw new ApiError('CONFLICT', 'The data of this person was erased.');
}
