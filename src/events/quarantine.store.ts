import type { PoolClient } from '../platform/postgres';
import { execute, queryFirst } from '../platform/sql';
import type { LogEvent, LoggedMerge } from './log-event';
import type { StoredEvent } from './stored-event';
import { toRejectedMerge, type RejectedMerge } from './rejected-merge';

const IDENTITY = 'source = $1 AND id = $2 AND occurred_at = to_timestamp($3::float8 / 1000.0)';

function identity({ source, id, occurredAt }: LogEvent): [string, string, number] {
  return [source, id, occurredAt];
}

interface StoredEntry {
  readonly receivedAt: Date;
  readonly event: StoredEvent | RejectedMerge;
}

/** The columns of an event that a log entry lacks. */
type StoredEventRow = { readonly receivedAt: Date } & {
  readonly [Name in Exclude<keyof StoredEvent, keyof LogEvent>]-?: StoredEvent[Name] | null;
};

export async function lockStoredEvent(client: PoolClient, entry: LogEvent): Promise<StoredEntry | null> {
  const row = await queryFirst<StoredEventRow>(
    client,
    `SELECT received_at AS "receivedAt", unit_price::text AS "unitPrice", currency, query, request_id AS "requestId",
       list_position AS "listPosition", placement, name, properties
     FROM events WHERE ${IDENTITY} FOR UPDATE`,
    identity(entry),
  );
  if (!row) return null;
  const { receivedAt, ...columns } = row;
  const presentColumns = Object.entries(columns).filter(([, value]) => value !== null);
  return { receivedAt, event: { ...entry, ...(Object.fromEntries(presentColumns) as Partial<StoredEvent>) } };
}

export async function lockStoredMerge(client: PoolClient, merge: LoggedMerge): Promise<StoredEntry | null> {
  const row = await queryFirst<{ at: Date }>(
    client,
    'SELECT merged_at AS at FROM merges WHERE position = $1 FOR UPDATE',
    [merge.position],
  );
  return row ? { receivedAt: row.at, event: toRejectedMerge(merge) } : null;
}

/** @param position the log position of the quarantine */
export async function markMergeQuarantined(client: PoolClient, merge: LoggedMerge, position: number): Promise<void> {
  await execute(client, 'UPDATE merges SET set_aside = $2 WHERE position = $1', [merge.position, position]);
}

/** @param position the log position of the quarantine */
export async function markEventQuarantined(client: PoolClient, entry: LogEvent, position: number): Promise<void> {
  await execute(client, `UPDATE events SET set_aside = $4 WHERE ${IDENTITY}`, [...identity(entry), position]);
}

/** Deletes quarantined events from the log and from the changes in the outbox. */
export async function deleteQuarantinedEvents(client: PoolClient, events: readonly LogEvent[]): Promise<void> {
  await execute(
    client,
    `WITH gone AS (
       DELETE FROM events e USING unnest($1::text[], $2::text[], $3::float8[]) AS k (source, id, at)
       WHERE e.source = k.source AND e.id = k.id AND e.occurred_at = to_timestamp(k.at / 1000.0)
         AND e.set_aside IS NOT NULL
       RETURNING e.batch, k.source, k.id, k.at
     ), fewer AS (
       UPDATE log_batches b SET events = b.events - g.events
       FROM (SELECT batch, count(*)::int AS events FROM gone GROUP BY batch) g WHERE b.batch = g.batch
       RETURNING b.position, b.batch
     )
     UPDATE outbox o SET payload = (o.payload::jsonb || jsonb_build_object('events', (
         SELECT coalesce(jsonb_agg(e.event ORDER BY e.n), '[]')
         FROM json_array_elements(o.payload->'events') WITH ORDINALITY AS e (event, n)
         WHERE NOT EXISTS (
           SELECT FROM gone WHERE gone.batch = fewer.batch AND gone.source = e.event->>'source'
             AND gone.id = e.event->>'id' AND gone.at = (e.event->>'occurredAt')::float8))))::json
     FROM fewer WHERE o.position = fewer.position AND o.payload->'events' IS NOT NULL`,
    [events.map((e) => e.source), events.map((e) => e.id), events.map((e) => e.occurredAt)],
  );
}
