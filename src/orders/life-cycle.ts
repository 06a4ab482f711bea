/**
 * Where an order can stand, and where it may go from there: THE table. Steps that a shop does not report may be skipped;
 * none is taken back. PAID and REFUNDED follow from payments and are not set by hand.
 */
export const ORDER_STATUSES = [
  'PLACED',
  'PAID',
  'PACKED',
  'SHIPPED',
  'DELIVERED',
  'CANCELLED',
  'RETURNED',
  'REFUNDED',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const NEXT: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PLACED: ['PAID', 'PACKED', 'SHIPPED', 'DELIVERED', 'CANCELLED'],
  PAID: ['PACKED', 'SHIPPED', 'DELIVERED', 'CANCELLED'],
  PACKED: ['SHIPPED', 'DELIVERED', 'CANCELLED'],
  SHIPPED: ['DELIVERED', 'RETURNED'],
  DELIVERED: ['RETURNED'],
  CANCELLED: ['REFUNDED'],
  RETURNED: ['REFUNDED'],
  REFUNDED: [],
};

const BY_PAYMENTS: ReadonlySet<OrderStatus> = new Set(['PAID', 'REFUNDED']);

export function mayMove(from: OrderStatus, to: OrderStatus): boolean {
  return NEXT[from].includes(to);
}

export function followsFromPayments(status: OrderStatus): boolean {
  return BY_PAYMENTS.has(status);
}

/** Where a shop may move an order from here. */
export function allowedFrom(status: OrderStatus): readonly OrderStatus[] {
  return NEXT[status].filter((next) => !followsFromPayments(next));
}

/** Nothing, or not all of it, has left the house: its lines may still change. */
export function isOpen(status: OrderStatus): boolean {
  return status === 'PLACED' || status === 'PAID' || status === 'PACKED';
}
