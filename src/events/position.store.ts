import type { PoolClient, Pool } from '../platform/postgres';
import { queryOne } from '../platform/sql';
import type { Merge } from './log-event';
import type { StoredEvent } from './stored-event';

/**
 * The change that a transaction makes at its log position. It is stored as JSON in the outbox table and published to
 * all processes that hold shop data in memory. Rooms merge what they change into it.
 */
export interface LogChange {
  /** Events that entered the log. */
  readonly events?: readonly StoredEvent[];
  /** Orders that have changed. An erasure finds them in a column of the outbox. */
  readonly orders?: readonly string[];
  /** A merge: the history of one subject (customer or session) became part of the history of another subject. */
  readonly merged?: Merge;
  /** Subjects whose histories, or shipments that, changed for another reason and must be read again. */
  readonly reread?: readonly string[];
  /** Published instead of a large change or an erasure: processes that hold histories must read them again. */
  readonly reload?: 'histories';
  /** The ids of the inbox batches, or the id of the pending merge, that this change finishes. */
  readonly receipts?: readonly string[];
}

/** A batch of events that a transaction has appended to the log. */
export interface LoggedBatch {
  readonly key: number;
  /** Number of events. */
  readonly events: number;
  /** The log position up to which the transaction saw changes of products and customers. */
  readonly knownAt: number;
  /** Whether the events are historical (imported). */
  readonly backfill: boolean;
}

/**
 * Allocates the next log position, writes the change to the outbox and finishes inbox rows. Must be called at the end
 * of a transaction that changes the shop: it locks the counter row until COMMIT, so that transactions commit in the
 * order of their positions.
 */
export async function allocatePosition(
  client: PoolClient,
  change: LogChange,
  batch?: LoggedBatch,
  inboxIds: readonly string[] = [],
): Promise<number> {
  const row = await queryOne<{ position: number }>(client, {
    name: 'take-position',
    text: `
      WITH next AS (
        UPDATE log_position SET position = position + 1 WHERE id = 1 RETURNING position
      ), logged AS (
        INSERT INTO log_batches (position, batch, events, known_at, backfill)
        SELECT position, $1::bigint, $2::int, $5::bigint, $7::boolean FROM next WHERE $2::int > 0
      ), done AS (
        UPDATE inbox SET position = next.position, state = 'DONE', done_at = now(), events = NULL, identities = NULL FROM next WHERE id = ANY($3::uuid[])
      )
      INSERT INTO outbox (position, payload, orders) SELECT position, $4::json, $6::text[] FROM next RETURNING position`,
    values: [
      batch?.key ?? null,
      batch?.events ?? 0,
      inboxIds,
      JSON.stringify(change),
      batch?.knownAt ?? 0,
      change.orders ?? null,
      batch?.backfill ?? false,
    ],
  });
  return row.position;
}

/** Returns the newest log position whose transaction has committed. */
export async function newestPosition(pool: Pool | PoolClient): Promise<number> {
  const row = await queryOne<{ position: number }>(pool, 'SELECT position FROM log_position WHERE id = 1');
  return row.position;
}
