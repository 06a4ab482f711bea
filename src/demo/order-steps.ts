import type { OrderStatus } from '../orders/life-cycle';

/** The final outcome of an order. */
export type OrderOutcome = 'DELIVERED' | 'CANCELLED' | 'RETURNED' | 'PARTLY_RETURNED';

export interface OrderStep {
  /** A charge, a refund of the amount paid, or the new status. */
  readonly action:
    'CHARGE' | 'REFUND' | Extract<OrderStatus, 'PACKED' | 'SHIPPED' | 'DELIVERED' | 'CANCELLED' | 'RETURNED'>;
  /** Days after the order was placed. In the live demo, a day takes less than two minutes. */
  readonly afterDays: number;
}

/** Returns the outcome of an order, which depends only on its id. */
export function outcomeOf(orderId: string): OrderOutcome {
  const chance = chanceOf(orderId);
  if (chance < 0.05) return 'CANCELLED';
  if (chance < 0.1) return 'RETURNED';
  return chance < 0.14 ? 'PARTLY_RETURNED' : 'DELIVERED';
}

/** Returns the next step of an order with this status; null if there is none. */
export function nextStep(status: OrderStatus, orderId: string): OrderStep | null {
  const pace = 0.7 + 0.6 * chanceOf(`pace of ${orderId}`);
  const step = (action: OrderStep['action'], after: number): OrderStep => ({ action, afterDays: pace * after });
  switch (status) {
    case 'PLACED':
      return step('CHARGE', 0.15);
    case 'PAID':
      return outcomeOf(orderId) === 'CANCELLED' ? step('CANCELLED', 0.5) : step('PACKED', 0.8);
    case 'PACKED':
      return step('SHIPPED', 1.4);
    case 'SHIPPED':
      return step('DELIVERED', 3);
    case 'DELIVERED':
      return outcomeOf(orderId) === 'RETURNED' ? step('RETURNED', 8) : null;
    case 'CANCELLED':
      return step('REFUND', 1);
    case 'RETURNED':
      return step('REFUND', 9);
    case 'REFUNDED':
      return null;
  }
}

export function statusAfter({ action }: OrderStep): OrderStatus {
  if (action === 'CHARGE') return 'PAID';
  return action === 'REFUND' ? 'REFUNDED' : action;
}

/** Returns a pseudo-random number from 0 to 1 that depends only on a text. */
function chanceOf(text: string): number {
  return hashOf(text) / 2 ** 32;
}

/** Returns a 32-bit hash of a text: FNV-1a with additional mixing. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
