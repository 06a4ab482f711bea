/** What a customer can ask the shop to do with an order by a button. */
export const ORDER_REQUEST_KINDS = ['CANCEL', 'CHANGE', 'RETURN', 'PROBLEM'] as const;
export type OrderRequestKind = (typeof ORDER_REQUEST_KINDS)[number];

/** What is wrong with the lines of a PROBLEM. */
export const ORDER_PROBLEMS = ['MISSING', 'WRONG', 'BROKEN'] as const;
export type OrderProblem = (typeof ORDER_PROBLEMS)[number];

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
  /** What the customer has written. Of a button of RETURN: null. */
  readonly text: string | null;
}

/** Units of a line of an order. */
export interface RequestedUnits {
  readonly lineId: string;
  readonly quantity: number;
}

/** A stored request. */
export interface OrderRequestRecord extends OfferedRequest {
  readonly conversationId: string;
  /** The ordinal of the automatic message that says that it was requested. */
  readonly ordinal: number;
  /** Of RETURN and PROBLEM: what it is about. Otherwise empty. */
  readonly lines: readonly RequestedUnits[];
  /** Of PROBLEM; otherwise null. */
  readonly problem: OrderProblem | null;
  /** The https addresses of pictures, which Freshet never opens. */
  readonly pictures: readonly string[];
  readonly state: OrderRequestState;
  /** What the shop has written with its outcome. */
  readonly note: string | null;
  readonly requestedAt: Date;
  /** When the shop has confirmed or declined it; null while it is REQUESTED. */
  readonly resolvedAt: Date | null;
}

/** A button can be pressed this long after its message, in milliseconds. */
export const OFFER_MS = 30 * 60_000;
