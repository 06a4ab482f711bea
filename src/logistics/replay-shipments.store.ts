import { SHIPMENT_EVENTS } from '../events/log-event';
import type { StoredEvent } from '../events/stored-event';
import type { EventArrival } from './shipment';
import { withLongTimeout, type PoolClient } from '../platform/postgres';
import { execute, queryRows } from '../platform/sql';

const SLICE_EVENTS = 5_000;
const STATEMENT_MS = 30 * 60_000;

export type LoggedShipmentEvent = StoredEvent & EventArrival;

/** Reads the events of all shipments in slices. Events of one shipment follow each other. */
export async function* readShipmentEvents(client: PoolClient): AsyncGenerator<readonly LoggedShipmentEvent[]> {
  await execute(
    client,
    `DECLARE shipment_events NO SCROLL CURSOR FOR
     SELECT source, id, type, name, round(date_part('epoch', occurred_at) * 1000) AS "occurredAt", quantity, properties,
       round(date_part('epoch', received_at) * 1000) AS "receivedAt", backfill
     FROM events WHERE source = 'LOGISTICS' AND name IN (${SHIPMENT_EVENTS.map((name) => `'${name}'`).join(', ')}) ORDER BY subject`,
  );
  const fetch = withLongTimeout(`FETCH ${SLICE_EVENTS} FROM shipment_events`, [], STATEMENT_MS);
  for (;;) {
    const rows = await queryRows<LoggedShipmentEvent>(client, fetch);
    if (rows.length === 0) return;
    yield rows;
  }
}

/**
 * Returns the stored shipments without an event in the log, and the number of their scans.
 * @param expected number of stored shipments that have events
 */
export function findWithoutEvents(client: PoolClient, expected: number): Promise<{ id: string; scans: number }[]> {
  return queryRows<{ id: string; scans: number }>(
    client,
    withLongTimeout(
      `SELECT id, jsonb_array_length(scans) AS scans FROM shipments s
       WHERE (SELECT count(*) FROM shipments) > $1 AND NOT EXISTS (SELECT FROM events WHERE subject = 'p:' || s.id)`,
      [expected],
      STATEMENT_MS,
    ),
  );
}
