/** What a customer can ask the shop to do with an order by a button. */
export const ORDER_REQUEST_KINDS = ['CANCEL', 'CHANGE'] as const;
export type OrderRequestKind = (typeof ORDER_REQUEST_KINDS)[number];

export const ORDER_REQUEST_STATES = ['REQUESTED', 'CONFIRMED', 'DECLINED'] as const;
export type OrderRequestState = (typeof ORDER_REQUEST_STATES)[number];

/** The states in which the shop leaves a request. */
export const ORDER_REQUEST_OUTCOMES = ['CONFIRMED', 'DECLINED'] as const;
export type OrderRequestOutcome = (typeof ORDER_REQUEST_OUTCOMES)[number];

/** A button of an automatic answer. Pressing it requests something from the shop, once. */
export interface OfferedRequest {
  /** A random UUID, which becomes the id of the request. */
  readonly id: string;
  readonly kind: OrderRequestKind;
  readonly orderId: string;
  /** Of CHANGE: what the customer has written. */
  readonly text: string | null;
}

/** A stored request. */
export interface OrderRequestRecord extends OfferedRequest {
  readonly conversationId: string;
  /** The ordinal of the automatic message that says that it was requested. */
  readonly ordinal: number;
  readonly state: OrderRequestState;
  /** What the shop has written with its outcome. */
  readonly note: string | null;
  readonly requestedAt: Date;
  /** When the shop has confirmed or declined it; null while it is REQUESTED. */
  readonly resolvedAt: Date | null;
}

/** A button can be pressed this long after its message, in milliseconds. */
export const OFFER_MS = 30 * 60_000;
