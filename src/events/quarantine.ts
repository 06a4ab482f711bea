import { fence } from '../platform/artefacts';
import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryFirst } from '../platform/sql';
import { isMerge, subjectOf, type LogEvent, type LoggedMerge } from './log-event';
import { commitChange } from './commit-change';
import type { EventLog } from './event-log';
import type { Outbox } from './outbox.service';
import { toRejectedMerge, rejectEvents, type RejectedMerge } from './rejected-event.service';
import type { StoredEvent } from './stored-event';
import { findErased } from './tombstone.store';

/**
 * Quarantines a log entry that makes the learner (the worker that computes live state from the log) fail: marks the
 * entry in the log, under a new log position. From then on every learner skips the entry, even one that reads the log
 * from the start. This is consistent, because no learner could process the entry. Operators find it in
 * `rejectedEvents`.
 * @param lease lease of the learner: only its current owner may quarantine entries
 * @throws FencedOff if the lease has a newer owner
 */
export async function quarantineEntry(
  pool: Pool,
  outbox: Outbox,
  entry: LogEvent | LoggedMerge,
  reason: string,
  lease: { name: string; token: number },
): Promise<void> {
  const change = { reread: isMerge(entry) ? [entry.from, entry.into] : [subjectOf(entry) ?? []].flat() };
  const why = { code: 'POISON', message: `it breaks the learner: ${reason}` };
  await commitChange(pool, outbox, async (client) => {
    await findErased(client, []);
    // Locks the entry. So an erasure either has removed it already, or runs later and finds the new position, whose
    // change names the entry's subjects. The lease is locked after the entry, so that the learner can renew its lease
    // while this transaction waits for an erasure.
    const stored = isMerge(entry) ? await lockStoredMerge(client, entry) : await lockStoredEvent(client, entry);
    if (!stored) return null;
    await fence(client, lease);
    await rejectEvents(client, null, stored.receivedAt, [stored.event], why);
    const afterPosition = async (position: number) => {
      if (isMerge(entry)) {
        await execute(client, 'UPDATE merges SET set_aside = $2 WHERE position = $1', [entry.position, position]);
      } else {
        await execute(client, `UPDATE events SET set_aside = $4 WHERE ${IDENTITY}`, [...identity(entry), position]);
      }
    };
    return { change, afterPosition };
  });
}

/**
 * Deletes quarantined events from the log, inside the transaction that sends them through the inbox again. So a retried
 * event is in the log only once, at its new position.
 */
export async function deleteQuarantined(
  eventLog: EventLog,
  client: PoolClient,
  events: readonly LogEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await eventLog.onEventsDeleted(client);
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

async function lockStoredEvent(client: PoolClient, entry: LogEvent): Promise<StoredEntry | null> {
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

async function lockStoredMerge(client: PoolClient, merge: LoggedMerge): Promise<StoredEntry | null> {
  const row = await queryFirst<{ at: Date }>(
    client,
    'SELECT merged_at AS at FROM merges WHERE position = $1 FOR UPDATE',
    [merge.position],
  );
  return row ? { receivedAt: row.at, event: toRejectedMerge(merge) } : null;
}
