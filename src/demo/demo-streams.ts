import type { StreamInput } from '../streams/stream-input.type';

const EACH_MINUTE = { kind: 'TUMBLING', size: 'PT1M' } as const;
const BY_CURRENCY = [{ name: 'currency', expression: 'event.currency' }];
/** Orders and revenue of the last hour, which alert rules of the demo look at. */
export const LAST_HOUR_STREAM = 'demo-last-hour';
const WITHOUT_BACKFILL = { lateness: 'PT5M', backfill: false } as const;

/** Streams that also aggregate the generated history. They must be created before the history is imported. */
export const BACKFILLED_DEMO_STREAMS: readonly StreamInput[] = [
  {
    id: 'demo-revenue-per-day',
    description: 'What was bought each day.',
    from: ['PURCHASE'],
    keys: BY_CURRENCY,
    window: { kind: 'TUMBLING', size: 'P1D' },
    aggregates: [
      { name: 'revenue', kind: 'SUM', expression: 'event.amount' },
      { name: 'units', kind: 'SUM', expression: 'event.quantity' },
      { name: 'customers', kind: 'DISTINCT', expression: 'event.customerId' },
      { name: 'products', kind: 'TOP', expression: 'event.productId', most: 10 },
    ],
  },
];

/** Streams that contain only events after the demo has opened. */
export const LIVE_DEMO_STREAMS: readonly StreamInput[] = [
  {
    id: 'demo-revenue-per-minute',
    description: 'What is bought.',
    from: ['PURCHASE'],
    keys: BY_CURRENCY,
    window: EACH_MINUTE,
    aggregates: [
      { name: 'revenue', kind: 'SUM', expression: 'event.amount' },
      { name: 'lines', kind: 'COUNT' },
    ],
    ...WITHOUT_BACKFILL,
  },
  {
    id: 'demo-orders-per-minute',
    description: 'Orders that are paid.',
    from: ['CUSTOM'],
    filter: "event.source == 'PAYMENTS' && event.name == 'charge'",
    window: EACH_MINUTE,
    aggregates: [
      { name: 'orders', kind: 'COUNT' },
      { name: 'paid', kind: 'SUM', expression: 'event.amount' },
    ],
    ...WITHOUT_BACKFILL,
  },
  {
    id: 'demo-events-per-minute',
    description: 'All that happens, by type.',
    keys: [{ name: 'type', expression: 'event.type' }],
    window: EACH_MINUTE,
    aggregates: [{ name: 'events', kind: 'COUNT' }],
    ...WITHOUT_BACKFILL,
  },
  {
    id: LAST_HOUR_STREAM,
    description: 'Orders that were placed in an hour, and their value.',
    from: ['CUSTOM'],
    filter: "event.source == 'ORDERS' && event.name == 'order_placed'",
    window: { kind: 'HOPPING', size: 'PT1H', slide: 'PT5M' },
    aggregates: [
      { name: 'orders', kind: 'COUNT' },
      { name: 'revenue', kind: 'SUM', expression: 'event.unitPrice' },
    ],
    ...WITHOUT_BACKFILL,
  },
];
