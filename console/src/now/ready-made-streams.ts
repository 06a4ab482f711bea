import type { VariablesOf } from '@freshet/client';
import type { CreateStream } from '../streams/stream-documents';

type StreamDefinition = VariablesOf<typeof CreateStream>['stream'];

/** What is drawn of a stream. */
export interface TileSource {
  readonly stream: string;
  readonly aggregate: string;
  readonly title: string;
  readonly text: string;
  /** Whether its keys are put together: money of several currencies can't be. */
  readonly isAcrossKeys: boolean;
}

const counted = (stream: string, aggregate: string, title: string, text: string): TileSource => ({
  ...{ stream, aggregate, title, text },
  isAcrossKeys: true,
});
const money = (stream: string, text: string): TileSource => ({
  ...{ stream, text, aggregate: 'revenue', title: 'Revenue' },
  isAcrossKeys: false,
});
const LINES = 'Order lines';

/** For each tile where it may come from, the best first: those of createOrderStreams, ours, the demo shop's. */
const TILES: readonly (readonly TileSource[])[] = [
  [
    counted('now-events', 'events', 'Events', 'everything that is recorded'),
    counted('demo-events-per-minute', 'events', 'Events', 'everything that is recorded'),
  ],
  [
    counted('orders-by-minute', 'orders', 'Orders', 'placed'),
    counted('demo-orders-per-minute', 'orders', 'Orders', 'paid'),
  ],
  [
    counted('sales-by-minute', 'units', 'Units', 'sold, less cancelled and returned'),
    counted('now-orders', 'lines', LINES, 'products bought'),
    counted('demo-revenue-per-minute', 'lines', LINES, 'products bought'),
  ],
  [
    money('sales-by-minute', 'less cancelled and returned'),
    money('now-revenue', 'price × quantity bought'),
    money('demo-revenue-per-minute', 'price × quantity bought'),
  ],
];

/** What can be drawn of these streams. */
export const tilesOf = (streams: ReadonlySet<string>): TileSource[] =>
  TILES.flatMap((sources) => sources.find(({ stream }) => streams.has(stream)) ?? []);

/** They count from when they are made: years by the minute would be more than a stream may hold. */
const BY_MINUTE = { window: { kind: 'TUMBLING', size: 'PT1M' }, lateness: 'PT10M', backfill: false } as const;

export const EVENTS: StreamDefinition = {
  id: 'now-events',
  description: 'Events per minute, for the console',
  aggregates: [{ name: 'events', kind: 'COUNT' }],
  ...BY_MINUTE,
};

/** Of purchases that come as events: createOrderStreams counts those of orders alone. */
export const PURCHASES: readonly StreamDefinition[] = [
  {
    id: 'now-orders',
    description: 'Order lines and buyers per minute, for the console',
    from: ['PURCHASE'],
    aggregates: [
      { name: 'lines', kind: 'COUNT' },
      { name: 'buyers', kind: 'DISTINCT', expression: 'event.customerId' },
    ],
    ...BY_MINUTE,
  },
  {
    id: 'now-revenue',
    description: 'Revenue per minute by currency, for the console',
    from: ['PURCHASE'],
    keys: [{ name: 'currency', expression: 'event.currency' }],
    aggregates: [{ name: 'revenue', kind: 'SUM', expression: 'event.amount' }],
    ...BY_MINUTE,
  },
];
