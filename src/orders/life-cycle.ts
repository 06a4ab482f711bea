/**
 * The statuses of an order and the allowed transitions. Statuses that a shop does not report may be skipped. An order
 * never goes back to an earlier status, except from DELIVERED to SHIPPED if its parcels turn out not to be delivered. PAID
 * and REFUNDED are derived from payments and can't be set by the shop.
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

export const NEXT_STATUSES: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  PLACED: ['PAID', 'PACKED', 'SHIPPED', 'DELIVERED', 'CANCELLED'],
  PAID: ['PACKED', 'SHIPPED', 'DELIVERED', 'CANCELLED'],
  PACKED: ['SHIPPED', 'DELIVERED', 'CANCELLED'],
  SHIPPED: ['DELIVERED', 'RETURNED'],
  DELIVERED: ['RETURNED'],
  CANCELLED: ['REFUNDED'],
  RETURNED: ['REFUNDED'],
  REFUNDED: [],
};

/** Who moves orders whose parcels are delivered, in their histories. */
export const MOVED_BY_SHIPMENTS = 'shipments';

const PAYMENT_STATUSES: ReadonlySet<OrderStatus> = new Set(['PAID', 'REFUNDED']);

export function canMove(from: OrderStatus, to: OrderStatus): boolean {
  return NEXT_STATUSES[from].includes(to);
}

export function followsFromPayments(status: OrderStatus): boolean {
  return PAYMENT_STATUSES.has(status);
}

/** Returns the statuses to which a shop may move an order. */
export function allowedStatuses(status: OrderStatus): readonly OrderStatus[] {
  return NEXT_STATUSES[status].filter((next) => !followsFromPayments(next));
}

/**
 * Returns whether the lines of an order may still change. They may as long as some units are neither shipped nor
 * cancelled.
 */
export function isOpen(status: OrderStatus): boolean {
  return status === 'PLACED' || status === 'PAID' || status === 'PACKED';
}
