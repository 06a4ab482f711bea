import fc from 'fast-check';
import type { EventType, LogEvent } from '../../../src/events/log-event';

const TYPES: EventType[] = [
  'VIEW',
  'ADD_TO_CART',
  'REMOVE_FROM_CART',
  'PURCHASE',
  'PURCHASE',
  'PURCHASE',
  'RETURN',
  'RATE',
  'LIKE',
  'DISLIKE',
  'IMPRESSION',
];

const START = Date.UTC(2011, 0, 1);

/** Logs with many collisions: few subjects, products, orders and instants, so that sums rise and fall again. */
export function arbitraryLog(
  options: { products?: number; maxLength?: number; size?: fc.SizeForArbitrary } = {},
): fc.Arbitrary<LogEvent[]> {
  const { products = 8, maxLength = 80, size } = options;
  return fc
    .array(
      fc.record({
        type: fc.constantFrom(...TYPES),
        subject: fc.integer({ min: 0, max: 5 }),
        product: fc.integer({ min: 0, max: products - 1 }),
        order: fc.option(fc.integer({ min: 0, max: 3 })),
        hours: fc.integer({ min: 0, max: 2000 }),
        quantity: fc.integer({ min: 1, max: 3 }),
        rating: fc.integer({ min: 0, max: 5 }),
      }),
      { maxLength, size },
    )
    .map((drafts) =>
      drafts.map((draft, n): LogEvent => {
        const inOrder = draft.order !== null;
        return {
          source: inOrder ? 'ORDERS' : 'STOREFRONT',
          id: inOrder ? `order${orderOf(draft)}:p${draft.product}:${n}` : `event${n}`,
          type: draft.type,
          occurredAt: START + draft.hours * 3_600_000,
          ...(draft.subject < 4 ? { customerId: `${draft.subject}` } : { sessionId: `${draft.subject}` }),
          productId: `p${draft.product}`,
          quantity: draft.quantity,
          rating: draft.type === 'RATE' ? draft.rating : undefined,
        };
      }),
    );
}

/** Two orders are shared: each subject owns its own purchases in them, until the subjects are merged. */
function orderOf({ order, subject }: { order: number | null; subject: number }): string {
  return order !== null && order < 2 ? `${order}` : `${order}-${subject}`;
}

/** A log, and the same events in another order. */
export function arbitraryShuffledLog(options?: {
  products?: number;
  maxLength?: number;
  size?: fc.SizeForArbitrary;
}): fc.Arbitrary<[LogEvent[], LogEvent[]]> {
  return arbitraryLog(options).chain((log) =>
    fc.tuple(fc.constant(log), fc.shuffledSubarray(log, { minLength: log.length, maxLength: log.length })),
  );
}

/** Purchases of a made-up shop with taste groups, so that there is something to learn. Deterministic. */
export function syntheticPurchases(customers: number, products: number, days: number): LogEvent[] {
  const events: LogEvent[] = [];
  let state = 12345;
  const random = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 4294967296;
  };
  for (let customer = 0; customer < customers; customer++) {
    const group = customer % 4;
    for (let day = Math.floor(random() * 10); day < days; day += 5 + Math.floor(random() * 15)) {
      const lines = 2 + Math.floor(random() * 5);
      for (let line = 0; line < lines; line++) {
        const inGroup = random() < 0.8;
        const pick = Math.floor(random() * random() * (inGroup ? products / 4 : products));
        const product = inGroup ? pick * 4 + group : pick;
        events.push({
          source: 'ORDERS',
          id: `${customer}-${day}:${line}`,
          type: 'PURCHASE',
          occurredAt: START + day * 86_400_000 + customer * 1000,
          customerId: `${customer}`,
          productId: `p${product}`,
          quantity: 1,
        });
      }
    }
  }
  return events.sort((a, b) => a.occurredAt - b.occurredAt);
}
