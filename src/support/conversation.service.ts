import { randomUUID } from 'node:crypto';
import { resolveIdentity } from '../auth/identity';
import type { StorageAllowance } from '../events/storage-allowance.service';
import { storageSenderOf, storedBytes } from '../events/storage-sender';
import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { maskedText } from '../logistics/masked-text.store';
import type { Logger } from '../platform/log';
import type { Pool, PoolClient } from '../platform/postgres';
import { answerText } from './answers/answer-text';
import { plain } from './answers/answer-content';
import type { AnswerContent } from './answers/answer';
import type { AnswerService } from './answers/answer.service';
import { asksReplyAddress, withOpening } from './answers/hand-off-answer';
import { statedLanguage } from './language/text-language';
import { isAnswer, MAX_MESSAGES, type ConversationRecord, type MadeChoice, type MessageRecord } from './conversation';
import { mayOpen, notFound } from './conversation-access';
import { readQuestions } from './contained-conversation.store';
import { topicOf, topicProperties, UNKNOWN_INTENT } from './conversation-topic';
import {
  claimMessage,
  endWaiting,
  findConversation,
  findMessageOfClient,
  insertConversation,
  lockConversation,
  rateMessage,
  readMessages,
  updateConversation,
} from './conversation.store';
import {
  answeredByAnother,
  faultOfText,
  isOperatorKey,
  refusal,
  refused,
  requireNotErased,
  RESERVED_REPLIES,
  TOO_LONG,
  unchanged,
  type ConversationChange,
  type ConversationWriter,
  type MessageToSend,
} from './conversation-writer.service';
import { chargeMessage, type MessageLimits } from './message-limits';
import type { OfficeHours } from './office-hours';
import { isEmailAddress } from './reply-address';
import { reviewReason } from './reviews/review';
import { closeReview, queueReview } from './reviews/review.store';
import { supportEvent } from './support-event';

/** Number of messages that are reserved for a person and the customer, after the automatic answers. */
const RESERVED_MESSAGES = 50;

/** Each change of a conversation stores an event and a log position, too: about so much. */
export const OF_A_CHANGE = { event: '-'.repeat(400) };

export interface ConversationServiceOptions {
  readonly writer: ConversationWriter;
  readonly pool: Pool;
  readonly answers: Pick<AnswerService, 'compose'>;
  readonly limits: Pick<MessageLimits, 'charge'>;
  /** Absent if a person may come at any time. */
  readonly officeHours?: Pick<OfficeHours, 'nextOpening' | 'timeZone'>;
  /** Limits what storefront keys store. Absent where only the shop itself writes. */
  readonly storage?: Pick<StorageAllowance, 'charge' | 'add'>;
  readonly log: Logger;
}

/**
 * Holds conversations with customers. A message is stored in a transaction of its own before it is answered. Its answer
 * is another transaction, which marks the message as answered, so that there is one answer at most. `AnswerSweeper`
 * answers what a crash left.
 */
export class ConversationService {
  private readonly writer: ConversationWriter;

  constructor(private readonly options: ConversationServiceOptions) {
    this.writer = options.writer;
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
    const startedAt = new Date(this.writer.now());
    const sender = storageSenderOf(viewer, address);
    this.options.storage?.charge('CONVERSATIONS', sender, storedBytes([owner, OF_A_CHANGE]));
    return this.writer.write(async (client) => {
      await requireNotErased(client, owner);
      await insertConversation(client, {
        id,
        ...owner,
        guestId: viewer.guestId ?? null,
        language: input.language ?? null,
        startedAt,
      });
      return { change: { conversations: [id] }, id, message: null };
    });
  }

  /** Stores a message of the customer, and answers it unless a person answers the conversation. */
  async ask(
    { conversationId, messageId, text: written, choice }: MessageToSend & { readonly choice: MadeChoice | null },
    viewer: Viewer,
    address: string | null,
  ): Promise<ConversationChange & { readonly answer: MessageRecord | null }> {
    const fault = faultOfText(written);
    if (fault !== undefined) return { ...refused('text', fault), answer: null };
    await chargeMessage(this.options, conversationId, viewer, address);
    const sender = storageSenderOf(viewer, address);
    this.options.storage?.charge('CONVERSATIONS', sender, storedBytes([{ written, choice }, OF_A_CHANGE]));
    const stored = await this.writer.write(async (client) => {
      const conversation = await this.writer.open(client, conversationId, viewer);
      const owned = { ...conversation, customerId: conversation.customerId ?? viewer.customerId ?? null };
      const text = await maskedText(client, owned, written);
      const repeated = await findMessageOfClient(client, conversationId, messageId);
      if (repeated !== undefined) return this.writer.repeat(conversation, repeated, 'CUSTOMER', text, choice);
      if (conversation.status === 'CLOSED')
        return refusal('conversationId', 'The conversation is closed. Start another one.', 'CONFLICT');
      const reserved = conversation.status === 'AUTOMATIC' ? RESERVED_MESSAGES : RESERVED_REPLIES;
      if (conversation.messageCount >= MAX_MESSAGES - reserved) return refusal('conversationId', TOO_LONG, 'CONFLICT');
      await requireNotErased(client, owned);
      if (choice !== null) {
        const offered = (await readMessages(client, conversationId)).find(({ ordinal }) => ordinal === choice.of);
        if (offered?.content?.choices[choice.index] === undefined)
          return refusal('choiceId', 'There is no such choice in this conversation.', 'NOT_FOUND');
      }
      const message = this.writer.newMessage(owned, 'CUSTOMER', {
        clientId: messageId,
        text,
        choice,
        awaitsAnswer: conversation.status === 'AUTOMATIC',
      });
      const asking = await this.messageAskingFor(client, conversation, text);
      if (asking === undefined) return this.writer.append(client, owned, message);
      const addressed = { ...owned, replyAddress: text.trim() };
      const appended = await this.writer.append(client, addressed, message);
      const content = plain(asking.language, 'ANSWERED', 'hand-off.address-noted');
      const withMessage = { ...addressed, messageCount: message.ordinal };
      await this.writer.append(client, withMessage, {
        ...this.writer.newMessage(withMessage, 'AUTOMATIC', { text: answerText(content) }),
        answerTo: message.ordinal,
        content,
      });
      return appended;
    });
    const { message } = stored;
    if (message === null || !message.awaitsAnswer) return { ...stored, answer: await this.answerTo(stored) };
    try {
      const { understood, ...answered } = await this.answer(conversationId, message.ordinal, stored.conversation);
      // A customer may have signed in and written meanwhile. Then the answer is not for this token.
      if (answered.conversation === null || !mayOpen(answered.conversation, viewer)) throw notFound();
      if (answered.answer !== null)
        this.options.storage?.add('CONVERSATIONS', sender, storedBytes([answered.answer, { understood }, OF_A_CHANGE]));
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
    const { pool } = this.options;
    const before = read ?? (await findConversation(pool, conversationId));
    const messages = await readMessages(pool, conversationId);
    const message = messages.find((each) => each.ordinal === ordinal);
    if (before === undefined || message === undefined) throw notFound();
    const { understood, content: composed } = await this.options.answers.compose(
      before,
      messages.filter((each) => each.ordinal <= ordinal),
      message,
    );
    const { message: answer, ...written } = await this.writer.write(async (client) => {
      const conversation = await lockConversation(client, conversationId);
      const review = conversation?.status === 'AUTOMATIC' ? reviewReason(composed) : null;
      const isClaimed = await claimMessage(client, conversationId, ordinal, understood, review);
      if (conversation === undefined) throw notFound();
      if (!isClaimed || conversation.status !== 'AUTOMATIC') return unchanged(conversationId);
      const content = composed.outcome === 'HANDED_OFF' ? this.withOpening(composed, conversation) : composed;
      const reply = {
        ...this.writer.newMessage(conversation, 'AUTOMATIC', { text: answerText(content) }),
        answerTo: ordinal,
        content,
      };
      const isHandedOff = content.outcome === 'HANDED_OFF';
      const changed = isHandedOff ? handedOff(conversation, reply.sentAt) : conversation;
      const events = [
        supportEvent('support_answered', conversation, ordinal, reply.sentAt.getTime(), {
          intent: understood.intent ?? UNKNOWN_INTENT,
          outcome: content.outcome,
          language: content.language,
          answerMs: Math.max(0, reply.sentAt.getTime() - message.sentAt.getTime()),
        }),
        ...(isHandedOff ? [await handOffEvent(client, conversation, reply, 'automatic')] : []),
      ];
      return { ...(await this.writer.append(client, changed, reply)), events };
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
    return this.writer.write(async (client) => {
      const conversation = await this.writer.open(client, conversationId, viewer);
      if (conversation.status === 'CLOSED')
        return refusal('conversationId', 'The conversation is closed. Start another one.', 'CONFLICT');
      const isReleased = isOperatorKey(viewer) && conversation.status === 'WITH_OPERATOR';
      if (isReleased && conversation.operatorId !== viewer.keyId) return answeredByAnother(conversation);
      if (conversation.status !== 'AUTOMATIC' && !isReleased) return unchanged(conversationId);
      if (conversation.messageCount >= MAX_MESSAGES) return refusal('conversationId', TOO_LONG, 'CONFLICT');
      const answered = (await readMessages(client, conversationId)).findLast(isAnswer)?.content?.language;
      const language = answered ?? statedLanguage(conversation.language) ?? 'en';
      const content = this.withOpening(plain(language, 'HANDED_OFF', 'hand-off'), conversation);
      const message = { ...this.writer.newMessage(conversation, 'AUTOMATIC', { text: answerText(content) }), content };
      await endWaiting(client, conversationId);
      const events = [await handOffEvent(client, conversation, message, by)];
      return { ...(await this.writer.append(client, handedOff(conversation, message.sentAt), message)), events };
    });
  }

  /** Stores the address to which the customer wants a person to reply. @param written null removes it */
  async setReplyAddress(
    conversationId: string,
    written: string | null,
    viewer: Viewer,
    address: string | null,
  ): Promise<ConversationChange> {
    const replyAddress = written?.trim() ?? null;
    if (replyAddress !== null && !isEmailAddress(replyAddress))
      return refused('email', 'email must be an e-mail address like name@example.com, of at most 254 characters.');
    await chargeMessage(this.options, conversationId, viewer, address);
    const sender = storageSenderOf(viewer, address);
    this.options.storage?.charge('CONVERSATIONS', sender, storedBytes([{ replyAddress }, OF_A_CHANGE]));
    return this.writer.write(async (client) => {
      const conversation = await this.writer.open(client, conversationId, viewer);
      if (conversation.replyAddress === replyAddress) return unchanged(conversationId);
      if (replyAddress !== null && conversation.status === 'CLOSED')
        return refusal('conversationId', 'The conversation is closed. Start another one.', 'CONFLICT');
      // Like a message: from then on, the conversation is the signed-in customer's.
      const owned = { ...conversation, customerId: conversation.customerId ?? viewer.customerId ?? null };
      await requireNotErased(client, owned);
      await updateConversation(client, { ...owned, replyAddress, updatedAt: new Date(this.writer.now()) });
      return { change: { conversations: [conversationId] }, id: conversationId, message: null };
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
    await chargeMessage(this.options, conversationId, viewer, address);
    this.options.storage?.charge('CONVERSATIONS', storageSenderOf(viewer, address), storedBytes([OF_A_CHANGE]));
    return this.writer.write(async (client) => {
      const conversation = await this.writer.open(client, conversationId, viewer);
      const messages = await readMessages(client, conversationId);
      const answer = messages.find((message) => message.ordinal === ordinal);
      if (answer === undefined || answer.answerTo === null)
        return refusal('answerId', 'There is no such automatic answer in this conversation.', 'NOT_FOUND');
      if (!(await rateMessage(client, conversationId, ordinal, helpful))) return unchanged(conversationId);
      const at = this.writer.now();
      const question = { conversationId, ordinal: answer.answerTo, reason: 'UNHELPFUL' as const };
      await (helpful ? closeReview(client, question) : queueReview(client, question));
      const understood = messages.find((message) => message.ordinal === answer.answerTo)?.understood;
      const rated = supportEvent('support_rated', conversation, ordinal, at, {
        helpful,
        intent: understood?.corrected ?? understood?.intent ?? UNKNOWN_INTENT,
        ...(answer.content !== null && { language: answer.content.language }),
      });
      // A changed rating is another event.
      const events = [{ ...rated, id: `${rated.id}:${at}` }];
      return { change: { conversations: [conversationId] }, id: conversationId, message: null, events };
    });
  }

  /** Adds to a hand-off outside office hours when the office opens, and asks for an address unless there is one. */
  private withOpening(content: AnswerContent, { replyAddress }: ConversationRecord): AnswerContent {
    const { officeHours } = this.options;
    const opening = officeHours?.nextOpening(this.writer.now()) ?? null;
    if (officeHours === undefined || opening === null) return content;
    return withOpening(content, opening, officeHours.timeZone, replyAddress !== null);
  }

  /**
   * Returns the answer that has asked for the address that a text is; undefined if the text is none or none was asked for.
   * To a person who answers, an address may be anything.
   */
  private async messageAskingFor(
    client: PoolClient,
    { id, status, replyAddress }: ConversationRecord,
    text: string,
  ): Promise<AnswerContent | undefined> {
    if (status !== 'WAITING' || replyAddress !== null || !isEmailAddress(text.trim())) return undefined;
    const asking = (await readMessages(client, id)).findLast(({ content }) => asksReplyAddress(content));
    return asking?.content ?? undefined;
  }

  /** Returns the stored answer to a message that was sent again. */
  private async answerTo({ conversation, message }: ConversationChange): Promise<MessageRecord | null> {
    if (conversation === null || message === null) return null;
    const messages = await readMessages(this.options.pool, conversation.id);
    return messages.find(({ answerTo }) => answerTo === message.ordinal) ?? null;
  }
}

function handedOff(conversation: ConversationRecord, at: Date): ConversationRecord {
  return { ...conversation, status: 'WAITING', operatorId: null, operatorName: null, handedOffAt: at };
}

async function handOffEvent(
  client: PoolClient,
  conversation: ConversationRecord,
  { ordinal, sentAt, content }: MessageRecord,
  by: string,
) {
  const { intent, language } = topicOf(await readQuestions(client, [conversation.id]));
  const topic = topicProperties({ intent, language: language ?? content?.language ?? null, outcome: null });
  const { status: from } = conversation;
  return supportEvent('support_handed_off', conversation, ordinal, sentAt.getTime(), { by, from, ...topic });
}
