import type { VariablesOf } from '@freshet/client';
import type { CreateStream } from '../streams/stream-documents';

type StreamDefinition = VariablesOf<typeof CreateStream>['stream'];

/** A figure of a stream that is shown as a tile. */
export interface TileSource {
  readonly stream: string;
  readonly aggregate: string;
  readonly title: string;
  readonly text: string;
  /** Whether the figures of all keys are added up. Amounts in different currencies can't be. */
  readonly isAcrossKeys: boolean;
}

const countTile = (stream: string, aggregate: string, title: string, text: string): TileSource => ({
  ...{ stream, aggregate, title, text },
  isAcrossKeys: true,
});
const revenueTile = (stream: string, text: string): TileSource => ({
  ...{ stream, text, aggregate: 'revenue', title: 'Revenue' },
  isAcrossKeys: false,
});
const ORDER_LINES_TITLE = 'Order lines';

/** Possible sources of each tile, the preferred one first: createOrderStreams, this page's streams, the demo shop. */
const TILES: readonly (readonly TileSource[])[] = [
  [
    countTile('now-events', 'events', 'Events', 'all recorded events'),
    countTile('demo-events-per-minute', 'events', 'Events', 'all recorded events'),
  ],
  [
    countTile('orders-by-minute', 'orders', 'Orders', 'placed'),
    countTile('demo-orders-per-minute', 'orders', 'Orders', 'paid'),
  ],
  [
    countTile('sales-by-minute', 'units', 'Units', 'sold, minus cancelled and returned'),
    countTile('now-orders', 'lines', ORDER_LINES_TITLE, 'products bought'),
    countTile('demo-revenue-per-minute', 'lines', ORDER_LINES_TITLE, 'products bought'),
  ],
  [
    revenueTile('sales-by-minute', 'minus cancelled and returned'),
    revenueTile('now-revenue', 'price × quantity bought'),
    revenueTile('demo-revenue-per-minute', 'price × quantity bought'),
  ],
];

/** Returns the tiles that these streams can fill. */
export const tilesOf = (streams: ReadonlySet<string>): TileSource[] =>
  TILES.flatMap((sources) => sources.find(({ stream }) => streams.has(stream)) ?? []);

/** Without backfill: years of one-minute windows would exceed the limit of a stream. */
const PER_MINUTE = { window: { kind: 'TUMBLING', size: 'PT1M' }, lateness: 'PT10M', backfill: false } as const;

export const EVENTS_STREAM: StreamDefinition = {
  id: 'now-events',
  description: 'Events per minute, for the console',
  aggregates: [{ name: 'events', kind: 'COUNT' }],
  ...PER_MINUTE,
};

/** Streams of purchases that are recorded as events; createOrderStreams counts orders only. */
export const PURCHASE_STREAMS: readonly StreamDefinition[] = [
  {
    id: 'now-orders',
    description: 'Order lines and buyers per minute, for the console',
    from: ['PURCHASE'],
    aggregates: [
      { name: 'lines', kind: 'COUNT' },
      { name: 'buyers', kind: 'DISTINCT', expression: 'event.customerId' },
    ],
    ...PER_MINUTE,
  },
  {
    id: 'now-revenue',
    description: 'Revenue per minute by currency, for the console',
    from: ['PURCHASE'],
    keys: [{ name: 'currency', expression: 'event.currency' }],
    aggregates: [{ name: 'revenue', kind: 'SUM', expression: 'event.amount' }],
    ...PER_MINUTE,
  },
];
