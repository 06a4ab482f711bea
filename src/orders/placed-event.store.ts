import type { PoolClient } from '../platform/postgres';
import { queryRows } from '../platform/sql';
import type { PlacedEvent } from './value-event';

/** Returns the logged `order_placed` events by order id. */
export async function readPlacedEvents(
  client: PoolClient,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, PlacedEvent>> {
  if (orderIds.length === 0) return new Map();
  const rows = await queryRows<{ id: string; source: string | null }>(client, {
    name: 'placed-events',
    // LATERAL forces one index lookup per order, even if the query plan was made while the log was small.
    text: `SELECT o.id, e.source FROM unnest($1::text[]) AS o (id) CROSS JOIN LATERAL (
             SELECT properties ->> 'source' AS source FROM events
             WHERE source = 'ORDERS' AND id = o.id || '#0' ORDER BY occurred_at LIMIT 1
           ) e`,
    values: [orderIds],
  });
  return new Map(rows.map(({ id, source }) => [id, { source }]));
}
