import { asksReplyAddress } from './answers/hand-off-answer';
import type { ConversationRecord, MadeChoice, MessageRecord } from './conversation';
import type { OrderRequestRecord } from './requests/order-request';
import type { Conversation, ConversationMessage } from './conversation.type';

export function viewOfConversation(record: ConversationRecord, asOf: Date): Conversation {
  return {
    ...record,
    hasReplyAddress: record.replyAddress !== null,
    revision: String(record.position),
    asOf,
    record,
  };
}

/** Returns a conversation with those of its messages that have changed since it was read before. */
export function changedSince(next: Conversation, before: Conversation): Conversation {
  const known = new Map(before.readMessages?.map((message) => [message.id, comparableJson(message)]));
  return {
    ...next,
    readMessages: next.readMessages?.filter((message) => known.get(message.id) !== comparableJson(message)),
  };
}

/** The requests of a conversation show in the messages that have buttons. */
function comparableJson({ knownRequests, ...message }: ConversationMessage): string {
  return JSON.stringify([message, message.actionRefs.length > 0 ? knownRequests : null]);
}

/** Number of automatic messages, the newest, that show cards. Each card is read when it is shown. */
const MAX_MESSAGES_WITH_CARDS = 5;

/** Returns the messages of a conversation, and its requests, as they are shown. */
export function viewOfMessages(
  conversationId: string,
  messages: readonly MessageRecord[],
  knownRequests: readonly OrderRequestRecord[],
): ConversationMessage[] {
  const withCards = messages.filter(({ content }) => content !== null && content.cards.length > 0);
  const firstWithCards = withCards.at(-MAX_MESSAGES_WITH_CARDS)?.ordinal ?? 1;
  return messages.map((message) => {
    const view = { ...viewOfMessage(conversationId, message), knownRequests };
    return message.ordinal < firstWithCards ? { ...view, cardRefs: [] } : view;
  });
}

export function viewOfMessage(conversationId: string, message: MessageRecord): ConversationMessage {
  const { content, understood } = message;
  const id = messageIdOf(conversationId, message.ordinal);
  return {
    id,
    messageId: message.clientId,
    author: message.author,
    operatorName: message.operatorName,
    text: message.text,
    sentAt: message.sentAt,
    answerTo: message.answerTo === null ? null : messageIdOf(conversationId, message.answerTo),
    awaitsAnswer: message.awaitsAnswer,
    outcome: content?.outcome ?? null,
    choices: (content?.choices ?? []).map(({ text, meaning }, index) => ({
      id: `${id}:${index}`,
      text,
      orderId: meaning.kind === 'ORDER' ? meaning.orderId : null,
      productId: meaning.kind === 'PRODUCT' ? meaning.productId : null,
    })),
    sources: (content?.parts ?? []).flatMap(({ slots }) =>
      Object.values(slots).map(({ value, text, source: { kind, id: objectId, field } }) => ({
        ...{ kind, objectId, field, value, text },
      })),
    ),
    quotes: content?.quotes ?? [],
    asksReplyAddress: asksReplyAddress(content),
    helpful: message.helpful,
    intent: understood?.corrected ?? understood?.intent ?? null,
    confidence: understood?.confidence ?? null,
    candidates: understood?.candidates ?? [],
    cardRefs: content?.cards ?? [],
    actionRefs: content?.actions ?? [],
    actionLanguage: content?.language ?? 'en',
  };
}

function messageIdOf(conversationId: string, ordinal: number): string {
  return `${conversationId}:${ordinal}`;
}

const MESSAGE_ID = /^([0-9a-f-]{36}):([1-9]\d{0,3})$/;
const CHOICE_ID = /^([0-9a-f-]{36}):([1-9]\d{0,3}):(\d{1,2})$/;

/** Returns the conversation and the number of a message; undefined if it is not the id of a message. */
export function parseMessageId(id: string): { conversationId: string; ordinal: number } | undefined {
  const [, conversationId, ordinal] = MESSAGE_ID.exec(id) ?? [];
  return conversationId === undefined ? undefined : { conversationId, ordinal: Number(ordinal) };
}

/** Returns the choice of a conversation; undefined if the id is not that of one of its choices. */
export function parseChoiceId(conversationId: string, id: string): MadeChoice | undefined {
  const [, ofConversation, of, index] = CHOICE_ID.exec(id) ?? [];
  return ofConversation === conversationId ? { of: Number(of), index: Number(index) } : undefined;
}
