import type { ChatMessageData, ConversationHeadData } from './chat-documents';

/** A conversation as far as the page knows it. */
export interface ConversationState extends ConversationHeadData {
  /** The oldest first. */
  readonly messages: readonly ChatMessageData[];
}

/** A message of the visitor that the shop has not confirmed as stored. */
export interface UnsentMessage {
  /** Sent with each attempt, so that the message is stored once. */
  readonly messageId: string;
  readonly text: string;
  readonly choiceId?: string;
  /** `delayed`: the shop accepts no message for a while; it is sent again automatically. */
  readonly state: 'sending' | 'delayed' | 'failed';
  /** Why it has failed. */
  readonly error?: string;
}

/**
 * Merges an update into the known conversation. Updates may arrive in any order: a newer revision wins. A response to a
 * mutation and an update of the subscription contain only some of the messages, such as those that have changed; no
 * message is ever removed.
 */
export function mergeConversation(before: ConversationState | undefined, update: ConversationState): ConversationState {
  if (before?.id !== update.id) return update;
  const [older, newer] = BigInt(update.revision) < BigInt(before.revision) ? [update, before] : [before, update];
  const messages = new Map([...older.messages, ...newer.messages].map((message) => [message.id, message]));
  return { ...newer, messages: [...messages.values()].sort((a, b) => ordinalOf(a) - ordinalOf(b)) };
}

/** Removes the messages that are stored. */
export function unsentOf(
  unsent: readonly UnsentMessage[],
  { messages }: Pick<ConversationState, 'messages'>,
): readonly UnsentMessage[] {
  const stored = new Set(messages.map(({ messageId }) => messageId));
  return unsent.filter(({ messageId }) => !stored.has(messageId));
}

/** Says who answers. A conversation that has not started yet is answered automatically. */
export function whoAnswers(conversation: Pick<ConversationState, 'status' | 'operatorName'> | undefined): string {
  switch (conversation?.status) {
    case 'WAITING':
      return 'Waiting for a person';
    case 'WITH_OPERATOR':
      return `${conversation.operatorName ?? 'Our team'} answers`;
    case 'CLOSED':
      return 'Closed';
    default:
      return 'Automatic answers';
  }
}

export function authorOf({ author, operatorName }: Pick<ChatMessageData, 'author' | 'operatorName'>): string {
  if (author === 'CUSTOMER') return 'You';
  return author === 'OPERATOR' ? (operatorName ?? 'Our team') : 'Automatic answer';
}

/** Returns the id of the message whose choices can be made: the newest automatic one, while answers are automatic. */
export function openChoicesOf({ status, messages }: ConversationState): string | undefined {
  if (status !== 'AUTOMATIC') return undefined;
  return messages.findLast(
    ({ author, answerTo, choices }) => author === 'AUTOMATIC' && (answerTo !== null || choices.length > 0),
  )?.id;
}

/** Returns whether an automatic answer is about to come. */
export function isAnswering(
  conversation: ConversationState | undefined,
  unsent: readonly Pick<UnsentMessage, 'state'>[],
): boolean {
  if (conversation !== undefined && conversation.status !== 'AUTOMATIC') return false;
  return unsent.some(({ state }) => state === 'sending') || (conversation?.messages.at(-1)?.awaitsAnswer ?? false);
}

/** Returns whether the customer is asked for a rating: only answers to a message that state something can be rated. */
export function isRateable({
  answerTo,
  outcome,
  sources,
}: Pick<ChatMessageData, 'answerTo' | 'outcome' | 'sources'>): boolean {
  return answerTo !== null && outcome === 'ANSWERED' && sources.length > 0;
}

/** Returns an address that is safe to link to: of a web page, not of a script. */
export function webAddress(url: string | null): string | undefined {
  if (url === null || !URL.canParse(url)) return undefined;
  return ['http:', 'https:'].includes(new URL(url).protocol) ? url : undefined;
}

/** The number of a message is the last part of its id. */
const ordinalOf = ({ id }: ChatMessageData) => Number(id.slice(id.lastIndexOf(':') + 1));
