import { formatEnum, formatShare } from '../ui/format';
import type { ListedConversation, Message, Review } from './conversation-documents';
import { OUT_OF_SCOPE } from './intents';

type ConversationStatus = ListedConversation['status'];

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export const STATUS_NAMES: Readonly<Record<ConversationStatus, string>> = {
  WAITING: 'Waiting',
  WITH_OPERATOR: 'With a person',
  AUTOMATIC: 'Automatic',
  CLOSED: 'Closed',
};

export const OUTCOME_NAMES: Readonly<Record<NonNullable<Message['outcome']>, string>> = {
  ANSWERED: 'Answered',
  ASKED_BACK: 'Asked back',
  NOT_FOUND: 'No such order',
  SIGN_IN_NEEDED: 'Sign-in needed',
  NOT_UNDERSTOOD: 'Not understood',
  HANDED_OFF: 'Handed off',
};

export const REVIEW_REASONS: Readonly<Record<Review['reason'], string>> = {
  UNANSWERED: 'Unanswered',
  UNHELPFUL: 'Not helpful',
  CORRECTED: 'Corrected',
};

/** Says how long a customer has waited: `12 min`, `3 h 20 min`, `2 d 4 h`. Times in milliseconds since 1970. */
export function waitedText(since: number, now: number): string {
  // The clocks of the browser and the shop can differ.
  const waited = Math.max(0, now - since);
  const hours = Math.floor(waited / HOUR_MS);
  if (waited >= DAY_MS) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  const minutes = Math.floor(waited / MINUTE_MS);
  return hours === 0 ? `${minutes} min` : `${hours} h ${minutes % 60} min`;
}

/** Names an intent: `order-status` → `Order status`. */
export const intentText = (intent: string): string =>
  intent === OUT_OF_SCOPE ? 'Out of scope' : formatEnum(intent.replaceAll('-', '_'));

/** Returns the name of a customer if it is known, else the id; or that of a visitor who has not signed in. */
export const customerText = ({
  id,
  customerId,
  customerName,
}: Pick<ListedConversation, 'id' | 'customerId' | 'customerName'>): string =>
  customerName ?? customerId ?? `Visitor ${id.slice(0, 8)}`;

/** Returns who answers a conversation. Keys such as ADMIN_KEY have no name. */
export function answererText({ status, operatorName }: Pick<ListedConversation, 'status' | 'operatorName'>): string {
  if (status === 'WITH_OPERATOR') return operatorName ?? 'A person without a name';
  return { AUTOMATIC: 'Freshet', WAITING: 'Nobody yet', CLOSED: 'Nobody: closed' }[status];
}

/** What was understood of a message of the customer. */
export interface Understanding {
  readonly intent: string;
  readonly confidence: string;
  /** Other intents that it may have, most probable first. */
  readonly others: readonly string[];
}

/** @returns undefined if the message was not classified */
export function understandingOf({
  intent,
  confidence,
  candidates,
}: Pick<Message, 'intent' | 'confidence' | 'candidates'>): Understanding | undefined {
  if (intent === null && confidence === null) return undefined;
  const others = candidates.filter((candidate) => candidate.intent !== intent);
  const [best, ...rest] = others.map((other) => `${intentText(other.intent)} ${formatShare(other.confidence)}`);
  // The confidence of an unknown intent is that of the best candidate.
  if (intent === null)
    return { intent: 'Unknown intent', confidence: best === undefined ? '' : `perhaps ${best}`, others: rest };
  return {
    intent: intentText(intent),
    confidence: confidence === null ? 'chosen by the customer' : formatShare(confidence),
    others: best === undefined ? [] : [best, ...rest],
  };
}
