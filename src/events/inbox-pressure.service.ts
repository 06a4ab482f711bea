import type { Pool } from '../platform/postgres';

/** Rows looked at: a measurement must cost little just when there are many. More than these are as good as full. */
const MOST_ROWS = 50_000;

export interface InboxLoad {
  /** How long the oldest batch that nobody has tried yet has waited, in milliseconds. */
  readonly ageMs: number;
  /** Accepted events that are not in the log. */
  readonly events: number;
}

/**
 * How far the log is behind what has been accepted. Batches that have been tried, and those that wait for one of these, do
 * not age: a poisoned one, on its way to being set aside, says nothing about how busy the workers are.
 */
export async function measureInbox(pool: Pool): Promise<InboxLoad> {
  const { rows } = await pool.query<{ ageMs: number | null; events: number; rows: number }>({
    name: 'measure-inbox',
    text: `SELECT (extract(epoch FROM now() - min(received_at) FILTER (WHERE attempts = 0 AND last_error IS NULL AND parent IS NULL AND state <> 'BLOCKED')) * 1000)::float8
               AS "ageMs",
             coalesce(sum(count), 0)::float8 AS events, count(*)::int AS rows
           FROM (SELECT received_at, attempts, last_error, parent, state, count FROM inbox
                 WHERE done_at IS NULL AND state <> 'SPLIT' LIMIT $1) AS undone`,
    values: [MOST_ROWS],
  });
  const { ageMs, events, rows: looked } = rows[0];
  return { ageMs: ageMs ?? 0, events: looked < MOST_ROWS ? events : Infinity };
}

/** Live events that have waited for longer than this go before imports, in milliseconds. */
const LATE_MS = 1_000;

export async function inboxIsLate(pool: Pool): Promise<boolean> {
  return (await measureInbox(pool)).ageMs > LATE_MS;
}
