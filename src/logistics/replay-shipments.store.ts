import { SHIPMENT_EVENTS, subjectOfShipment } from '../events/log-event';
import type { StoredEvent } from '../events/stored-event';
import type { EventArrival } from './shipment-event';
import { withLongTimeout, type PoolClient } from '../platform/postgres';
import { execute, queryRows } from '../platform/sql';

const SLICE_EVENTS = 5_000;
const STATEMENT_MS = 30 * 60_000;

/** An event of a shipment, and how it came into the log. */
export type LoggedShipmentEvent = StoredEvent & EventArrival;

const MS = (column: string) => `round(date_part('epoch', ${column}) * 1000)`;
/** SQL: the events of shipments. */
const SHIPMENT_EVENT_ROWS = `
  SELECT source, id, type, name, ${MS('occurred_at')} AS "occurredAt", ${MS('received_at')} AS "receivedAt", backfill,
    quantity, properties
  FROM events WHERE source = 'LOGISTICS' AND name IN (${SHIPMENT_EVENTS.map((name) => `'${name}'`).join(', ')})`;

/** Reads all events of some shipments. */
export function readEventsOfShipments(client: PoolClient, ids: readonly string[]): Promise<LoggedShipmentEvent[]> {
  return queryRows<LoggedShipmentEvent>(client, {
    name: 'events-of-shipments',
    text: `${SHIPMENT_EVENT_ROWS} AND subject = ANY($1)`,
    values: [ids.map(subjectOfShipment)],
  });
}

/** Reads the events of all shipments in slices. Events of one shipment follow each other. */
export async function* readShipmentEvents(client: PoolClient): AsyncGenerator<readonly LoggedShipmentEvent[]> {
  await execute(client, `DECLARE shipment_events NO SCROLL CURSOR FOR ${SHIPMENT_EVENT_ROWS} ORDER BY subject`);
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
