import type { VariablesOf } from '@freshet/client';
import type { CreateStream } from '../streams/stream-documents';

type StreamDefinition = VariablesOf<typeof CreateStream>['stream'];

/** A stream that this page shows, and makes where it is missing. */
export interface ReadyMade {
  readonly title: string;
  readonly text: string;
  /** Which of its aggregates is drawn. */
  readonly aggregate: string;
  readonly definition: StreamDefinition;
}

/** They count from when they are made: years by the minute would be more than a stream may hold. */
const BY_MINUTE = { window: { kind: 'TUMBLING', size: 'PT1M' }, lateness: 'PT10M', backfill: false } as const;

export const READY_MADE: readonly ReadyMade[] = [
  {
    title: 'Events',
    text: 'everything that is recorded',
    aggregate: 'events',
    definition: {
      id: 'now-events',
      description: 'Events per minute, for the console',
      aggregates: [{ name: 'events', kind: 'COUNT' }],
      ...BY_MINUTE,
    },
  },
  {
    title: 'Order lines',
    text: 'products bought',
    aggregate: 'lines',
    definition: {
      id: 'now-orders',
      description: 'Order lines and buyers per minute, for the console',
      from: ['PURCHASE'],
      aggregates: [
        { name: 'lines', kind: 'COUNT' },
        { name: 'buyers', kind: 'DISTINCT', expression: 'event.customerId' },
      ],
      ...BY_MINUTE,
    },
  },
  {
    title: 'Revenue',
    text: 'unit price × quantity of purchases',
    aggregate: 'revenue',
    definition: {
      id: 'now-revenue',
      description: 'Revenue per minute by currency, for the console',
      from: ['PURCHASE'],
      keys: [{ name: 'currency', expression: 'event.currency' }],
      aggregates: [{ name: 'revenue', kind: 'SUM', expression: 'event.amount' }],
      ...BY_MINUTE,
    },
  },
];
