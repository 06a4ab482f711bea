import type { Pool } from '../platform/postgres';
import { queryOne } from '../platform/sql';
import { IS_READABLE, IS_UNTRIED } from './inbox-order';

/**
 * Maximum number of rows that a measurement reads, so that it stays cheap when the inbox is full. If the inbox has this
 * many unfinished rows or more, {@link InboxLoad.events} is Infinity.
 */
const MAX_ROWS = 50_000;

export interface InboxLoad {
  /** Waiting time of the oldest batch that no worker has tried yet, in milliseconds. */
  readonly ageMs: number;
  /** Number of accepted events that are not in the log yet; Infinity if there are too many to count. */
  readonly events: number;
  /** Number of unfinished batches, as a share of the maximum. */
  readonly batchShare: number;
}

/**
 * Measures how far the log is behind the accepted events. The age excludes batches that were tried before, because a
 * bad batch that is about to be rejected says nothing about the load of the workers. For the same reason, it excludes
 * blocked batches that may wait for a tried batch or for a merge. It includes blocked batches that only wait for
 * untried batches.
 */
export async function measureInbox(pool: Pool): Promise<InboxLoad> {
  const {
    ageMs,
    events,
    rows: rowCount,
  } = await queryOne<{ ageMs: number | null; events: number; rows: number }>(pool, {
    name: 'measure-inbox',
    text: `WITH undone AS MATERIALIZED (
             SELECT received_at, ${IS_UNTRIED} AS untried, state, sequence, count FROM inbox
             WHERE done_at IS NULL AND state <> 'SPLIT' LIMIT $1
           ), troubled AS (
             SELECT min(sequence) AS sequence FROM (
               SELECT sequence FROM undone WHERE NOT untried AND state <> 'WORKING'
               UNION ALL SELECT sequence FROM pending_merges WHERE done_at IS NULL
             ) AS tried
           )
           SELECT (extract(epoch FROM now() - min(received_at) FILTER (
               WHERE untried AND (state <> 'BLOCKED' OR undone.sequence < troubled.sequence OR troubled.sequence IS NULL)
             )) * 1000)::float8 AS "ageMs",
             coalesce(sum(count), 0)::float8 AS events, count(*)::int AS rows
           FROM undone CROSS JOIN troubled`,
    values: [MAX_ROWS],
  });
  return { ageMs: ageMs ?? 0, events: rowCount < MAX_ROWS ? events : Infinity, batchShare: rowCount / MAX_ROWS };
}

/** Live events that have waited longer than this (in milliseconds) have priority over imports. */
const LATE_AFTER_MS = 1_000;

export async function isInboxLate(pool: Pool): Promise<boolean> {
  return (await measureInbox(pool)).ageMs > LATE_AFTER_MS;
}

/** Batches that only a newer release can read. */
export interface UnreadableBatches {
  readonly count: number;
  /** The oldest release that can read all of them. */
  readonly minRelease: string;
}

/** Returns null if this release can read all waiting batches. */
export async function measureUnreadable(pool: Pool): Promise<UnreadableBatches | null> {
  const row = await queryOne<UnreadableBatches>(
    pool,
    `SELECT count(*)::int AS count,
       array_to_string(max(string_to_array(min_release, '.')::int[]), '.') AS "minRelease"
     FROM inbox WHERE done_at IS NULL AND NOT ${IS_READABLE}`,
  );
  return row.count > 0 ? row : null;
}
