import type { Pool } from '../platform/postgres';

const POLL_MS = 10;

/**
 * Resolves when what was accepted before this call is in the log, but for batches that have failed; or after `boundMs`,
 * where the workers are behind.
 */
export async function awaitAccepted(pool: Pool, boundMs: number): Promise<void> {
  const until = performance.now() + boundMs;
  const { rows } = await pool.query<{ now: string }>('SELECT clock_timestamp()::text AS now');
  while (performance.now() < until && (await anyWaits(pool, rows[0].now))) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function anyWaits(pool: Pool, since: string): Promise<boolean> {
  const { rows } = await pool.query<{ waits: boolean }>({
    name: 'accepted-before',
    text: `SELECT EXISTS (
             SELECT FROM inbox WHERE done_at IS NULL AND state IN ('WAITING', 'WORKING') AND last_error IS NULL
               AND received_at <= $1::timestamptz
           ) AS waits`,
    values: [since],
  });
  return rows[0].waits;
}
