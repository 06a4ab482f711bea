import { inSnapshot, type Pool, type PoolClient } from '../platform/postgres';
import { readIdentityMap, type IdentityMap } from './identity-map';
import { subjectOf, type EventType, type LogEvent } from './log-event';
import { LIVE_EVENT_COLUMNS, toEvent, type LiveEventRow } from './log-reader';
import { newestPosition } from './position';

/** What {@link readEventsByTime} has read. */
export interface CustomerSample {
  /** Position of the log up to which events were read. */
  readonly position: number;
  /** Each customer that was read stands for this many customers of the shop: 1, 2, 4 … */
  readonly weight: number;
}

/**
 * Reads events of some types in order of `occurredAt`. If there are more than `limit`, it reads all events of a sample
 * of the customers instead of the newest events of all customers, because models learn from long histories. An event of
 * a merged subject has the id of the customer that it belongs to now, so that models are fitted on the same histories
 * that are served.
 *
 * The sample is chosen by a hash of the customer's id: it does not depend on time, and a sample of a greater weight is
 * part of any sample of a smaller one. Events without a customer and a session are chosen by their own id.
 * @param limit number of events above which a sample is read. The sample may exceed it, because customers differ: at
 *   most twice as many events are read, the newest ones
 * @param onEvent called for each event; events are not buffered
 */
export async function readEventsByTime(
  pool: Pool,
  types: readonly EventType[],
  limit: number,
  onEvent: (event: LogEvent) => void,
): Promise<CustomerSample> {
  return inSnapshot(pool, async (client) => {
    const position = await newestPosition(client);
    // The queries read many rows in the background: they may use only one core, and JIT compilation does not pay off.
    await client.query('SET LOCAL max_parallel_workers_per_gather = 0');
    await client.query('SET LOCAL jit = off');
    const weight = weightFor(await countEvents(client, types, limit), limit);
    const owners = await readIdentityMap(client);
    const merged = await sampleMerged(client, owners, weight);
    await client.query(
      `DECLARE by_time NO SCROLL CURSOR FOR
       SELECT newest.*, b.position FROM (
         SELECT ${LIVE_EVENT_COLUMNS}, e.batch FROM events e WHERE e.type = ANY($1) AND e.set_aside IS NULL
           AND ($2::bigint = 1 OR ${isSampled('coalesce(e.subject, e.id)', '$2::bigint')} OR e.subject = ANY($3::text[]))
         ORDER BY e.occurred_at DESC, e.source DESC, e.id DESC LIMIT ${2 * limit}
       ) newest JOIN log_batches b ON b.batch = newest.batch
       ORDER BY "occurredAt", source, id`,
      [types, weight, merged.sources],
    );
    for (;;) {
      const { rows } = await client.query<LiveEventRow & { position: number }>('FETCH 5000 FROM by_time');
      if (rows.length === 0) return { position, weight };
      for (const row of rows) {
        const event = withOwner(toEvent(row), row.position, owners);
        if (merged.isSampled.get(subjectOf(event) ?? '') ?? true) onEvent(event);
      }
    }
  });
}

/**
 * SQL: whether a subject is in the sample of a weight.
 * @param weight a power of two
 */
const isSampled = (subject: string, weight: string) => `(hashtextextended(${subject}, 0) & (${weight} - 1)) = 0`;

/** Returns the smallest power of two of which the sample is expected to have at most `limit` events. */
function weightFor(events: number, limit: number): number {
  return events <= limit ? 1 : 2 ** Math.ceil(Math.log2(events / limit));
}

/** Counts the events of some types. It reads all events only if all types together have more than `limit`. */
async function countEvents(client: PoolClient, types: readonly EventType[], limit: number): Promise<number> {
  const { rows: batches } = await client.query<{ events: number }>(
    'SELECT coalesce(sum(events), 0)::float8 AS events FROM log_batches',
  );
  if (batches[0].events <= limit) return batches[0].events;
  const { rows } = await client.query<{ events: number }>(
    'SELECT count(*)::float8 AS events FROM events WHERE type = ANY($1) AND set_aside IS NULL',
    [types],
  );
  return rows[0].events;
}

/** The merged subjects, and the subjects that their events belong to now. */
interface MergedSample {
  /** Whether each of these subjects is in the sample. */
  readonly isSampled: ReadonlyMap<string, boolean>;
  /** The merged subjects of which some events belong to a subject of the sample. */
  readonly sources: readonly string[];
}

async function sampleMerged(client: PoolClient, owners: IdentityMap, weight: number): Promise<MergedSample> {
  const merges = weight === 1 ? [] : Array.from(owners.mergedSubjects());
  const subjects = Array.from(new Set(merges.flatMap(({ subject, owner }) => [subject, owner])));
  const { rows } = await client.query<{ subject: string; isSampled: boolean }>(
    `SELECT subject, ${isSampled('subject', '$2::bigint')} AS "isSampled" FROM unnest($1::text[]) AS subject`,
    [subjects, weight],
  );
  const sampled = new Map(rows.map(({ subject, isSampled: isIn }) => [subject, isIn]));
  const sources = merges.filter(({ owner }) => sampled.get(owner) === true).map(({ subject }) => subject);
  return { isSampled: sampled, sources: Array.from(new Set(sources)) };
}

function withOwner(event: LogEvent, position: number, owners: IdentityMap): LogEvent {
  const subject = subjectOf(event);
  if (subject === undefined) return event;
  const owner = owners.ownerOf(subject, position);
  // Merges always go into customers.
  return owner === subject ? event : { ...event, customerId: owner.slice('c:'.length) };
}
