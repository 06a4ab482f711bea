import { isLongerThan } from '../expressions/code-points';
import type { Viewer } from '../graphql/context';
import { maskedText } from '../logistics/masked-text.store';
import { MAX_MESSAGES, type ConversationRecord } from './conversation';
import { UNKNOWN_INTENT } from './conversation-topic';
import {
  endWaiting,
  findMessageOfClient,
  readCustomerNames,
  readMessages,
  storeCorrection,
  updateConversation,
} from './conversation.store';
import {
  answeredByAnother,
  faultOfText,
  refusal,
  refused,
  TOO_LONG,
  unchanged,
  type ConversationChange,
  type ConversationWriter,
  type MessageToSend,
  type RefusedWrite,
} from './conversation-writer.service';
import { maskPersonalData } from './mask-personal-data';
import { closeReview, queueReview } from './reviews/review.store';
import { supportEvent } from './support-event';
import { PLAIN_NUMBER } from './understanding/entities';
import { faultOfIntent } from './understanding/intents';
import {
  lockIntentExamples,
  MAX_EXAMPLE_LENGTH,
  MAX_EXAMPLES,
  storeExamplePositions,
  writeIntentExamples,
} from './understanding/intent-example.store';

/** The work of the people who answer conversations: one of them at a time. */
export class OperatorService {
  constructor(
    private readonly writer: ConversationWriter,
    /** Returns the name of a key, which customers see; null if it has none. */
    private readonly keyName: (id: string) => Promise<string | null>,
  ) {}

  /** Stores the reply of a person, who takes the conversation over unless another person has done so. */
  async reply(
    { conversationId, messageId, text: written }: MessageToSend,
    viewer: Viewer,
  ): Promise<ConversationChange> {
    const fault = faultOfText(written);
    if (fault !== undefined) return refused('text', fault);
    const operatorName = await this.keyName(viewer.keyId);
    return this.writer.write(async (client) => {
      const conversation = await this.writer.open(client, conversationId, viewer);
      const text = await maskedText(client, conversation, written);
      const repeated = await findMessageOfClient(client, conversationId, messageId);
      if (repeated !== undefined) return this.writer.repeat(conversation, repeated, 'OPERATOR', text, null);
      const taken = this.takenBy(conversation, viewer, operatorName);
      if ('refused' in taken) return taken;
      if (conversation.messageCount >= MAX_MESSAGES) return refusal('conversationId', TOO_LONG, 'CONFLICT');
      await endWaiting(client, conversationId);
      const message = { ...this.writer.newMessage(taken, 'OPERATOR', { clientId: messageId, text }), operatorName };
      return this.writer.append(client, taken, message);
    });
  }

  /**
   * Takes a conversation over: from then on only this person replies.
   * @param force whether to take it from another person
   */
  async takeOver(conversationId: string, force: boolean, viewer: Viewer): Promise<ConversationChange> {
    const operatorName = await this.keyName(viewer.keyId);
    return this.writer.write(async (client) => {
      const conversation = await this.writer.open(client, conversationId, viewer);
      const from =
        force && conversation.status === 'WITH_OPERATOR' ? { ...conversation, operatorId: null } : conversation;
      const taken = this.takenBy(from, viewer, operatorName);
      if ('refused' in taken) return taken;
      if (conversation.operatorId === viewer.keyId) return unchanged(conversationId);
      await endWaiting(client, conversationId);
      await updateConversation(client, { ...taken, updatedAt: new Date(this.writer.now()) });
      return { change: { conversations: [conversationId] }, id: conversationId, message: null };
    });
  }

  /** Closes a conversation: no message is added. Does nothing if it is closed. */
  async close(conversationId: string, viewer: Viewer): Promise<ConversationChange> {
    return this.writer.write(async (client) => {
      const conversation = await this.writer.open(client, conversationId, viewer);
      if (conversation.status === 'CLOSED') return unchanged(conversationId);
      if (conversation.status === 'WITH_OPERATOR' && conversation.operatorId !== viewer.keyId)
        return answeredByAnother(conversation);
      const closedAt = new Date(this.writer.now());
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

  /**
   * Stores the right intent of a message of the customer. The message becomes an example of this intent, without what it
   * says of the customer. Another correction replaces it.
   */
  async correctIntent(
    conversationId: string,
    ordinal: number,
    intent: string,
    viewer: Viewer,
  ): Promise<ConversationChange> {
    const fault = faultOfIntent(intent);
    if (fault !== undefined) return refused('intent', `intent ${fault}.`);
    return this.writer.write(async (client) => {
      const conversation = await this.writer.open(client, conversationId, viewer);
      const messages = await readMessages(client, conversationId);
      const message = messages.find((each) => each.ordinal === ordinal && each.author === 'CUSTOMER');
      if (message === undefined)
        return refusal('messageId', 'There is no such message of a customer in this conversation.', 'NOT_FOUND');
      const { understood } = message;
      if (understood?.corrected === intent) return unchanged(conversationId);
      await storeCorrection(client, conversationId, ordinal, intent);
      await queueReview(client, { conversationId, ordinal, reason: 'CORRECTED' });
      const { customerId } = conversation;
      const names = await readCustomerNames(client, customerId === null ? [] : [customerId]);
      const text = maskPersonalData(message.text, PLAIN_NUMBER, names.map(({ name }) => name).join(' '));
      const language =
        messages.find(({ answerTo }) => answerTo === ordinal)?.content?.language ?? conversation.language;
      const at = this.writer.now();
      const example = { text, intent, conversationId, language, updatedAt: new Date(at) };
      const { count, known } = await lockIntentExamples(client, [text]);
      if (!isLongerThan(text, MAX_EXAMPLE_LENGTH) && (known.has(text) || count < MAX_EXAMPLES))
        await writeIntentExamples(client, [example]);
      const before = understood?.corrected ?? understood?.intent ?? UNKNOWN_INTENT;
      const event = supportEvent('support_corrected', conversation, ordinal, at, {
        intent: before,
        correctedIntent: intent,
        ...(language !== null && { language }),
      });
      return {
        change: { conversations: [conversationId] },
        id: conversationId,
        message: null,
        // A changed correction is another event.
        events: before === intent ? [] : [{ ...event, id: `${event.id}:${at}` }],
        afterPosition: (at: number) => storeExamplePositions(client, [text], at),
      };
    });
  }

  /** Takes a question off the queue of reviews. Does nothing if it is not there. */
  async closeReview(conversationId: string, ordinal: number, viewer: Viewer): Promise<ConversationChange> {
    return this.writer.write(async (client) => {
      await this.writer.open(client, conversationId, viewer);
      if (!(await closeReview(client, { conversationId, ordinal, reason: null }))) return unchanged(conversationId);
      return { change: { conversations: [conversationId] }, id: conversationId, message: null };
    });
  }

  private takenBy(
    conversation: ConversationRecord,
    { keyId }: Viewer,
    operatorName: string | null,
  ): ConversationRecord | RefusedWrite {
    const { status, operatorId } = conversation;
    if (status === 'CLOSED') return refusal('conversationId', 'The conversation is closed.', 'CONFLICT');
    if (status === 'WITH_OPERATOR' && operatorId !== null && operatorId !== keyId)
      return answeredByAnother(conversation);
    return { ...conversation, status: 'WITH_OPERATOR', operatorId: keyId, operatorName };
  }
}
