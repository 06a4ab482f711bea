import type { AggregateShape } from '../src/streams/definition.type';
import type { StreamInput } from '../src/streams/stream-input.type';

const COUNT: AggregateShape = { name: 'count', kind: 'COUNT' };
const REVENUE: AggregateShape = { name: 'revenue', kind: 'SUM', expression: 'event.amount' };
const CUSTOMERS: AggregateShape = { name: 'customers', kind: 'DISTINCT', expression: 'event.customerId' };

const streamOf = (
  id: string,
  key: string | null,
  size: string,
  aggregates: AggregateShape[],
  filter: string | null = null,
): StreamInput => ({
  id,
  filter,
  keys: key === null ? [] : [{ name: 'key', expression: key }],
  window: { kind: 'TUMBLING', size, timeZone: 'Europe/Berlin' },
  aggregates,
});

/** Ten typical streams of a shop. */
export const TEN_STREAMS: readonly StreamInput[] = [
  streamOf('products-by-minute', 'event.productId', 'PT1M', [COUNT]),
  streamOf('sales-by-day', 'event.productId', 'P1D', [COUNT, REVENUE, CUSTOMERS], "event.type == 'PURCHASE'"),
  streamOf('types-by-minute', 'event.type', 'PT1M', [COUNT]),
  streamOf('types-by-day', 'event.type', 'P1D', [COUNT, CUSTOMERS]),
  streamOf(
    'revenue-by-hour',
    null,
    'PT1H',
    [COUNT, REVENUE, { name: 'pieces', kind: 'AVERAGE', expression: 'event.quantity' }],
    "event.type == 'PURCHASE'",
  ),
  streamOf('prices-by-minute', null, 'PT1M', [
    { name: 'prices', kind: 'QUANTILES', expression: 'event.unitPrice', quantiles: [0.5, 0.99] },
    { name: 'most', kind: 'MAX', expression: 'event.amount' },
  ]),
  streamOf(
    'looked-at-by-hour',
    null,
    'PT1H',
    [{ name: 'products', kind: 'TOP', expression: 'event.productId', most: 10 }],
    "event.type == 'VIEW'",
  ),
  streamOf('placements-by-hour', 'event.placement', 'PT1H', [COUNT, CUSTOMERS], "event.type in ['CLICK', 'VIEW']"),
  streamOf('customers-by-day', 'event.customerId', 'P1D', [COUNT]),
  streamOf('currencies-by-week', 'event.currency', 'P1W', [COUNT, REVENUE]),
];
