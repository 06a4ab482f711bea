import type { Pool } from '../platform/postgres';

const POLL_MS = 20;

/**
 * Resolves when what a subject had sent, acknowledged before this call, is in the log, but for batches that have failed;
 * or after `boundMs`, where the workers are behind.
 */
export async function awaitAccepted(pool: Pool, subject: string, boundMs: number): Promise<void> {
  const until = performance.now() + boundMs;
  let waiting = await batchesWith(pool, subject);
  while (waiting.length > 0 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    waiting = await stillWaiting(pool, waiting);
  }
}

async function batchesWith(pool: Pool, subject: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'batches-with',
    text: `SELECT id FROM inbox WHERE ${WAITING} AND strpos(events::text, to_json(substr($1, 3))::text) > 0`,
    values: [subject],
  });
  return rows.map(({ id }) => id);
}

async function stillWaiting(pool: Pool, ids: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'still-waiting',
    text: `SELECT id FROM inbox WHERE id = ANY($1::uuid[]) AND ${WAITING}`,
    values: [ids],
  });
  return rows.map(({ id }) => id);
}

const WAITING = `done_at IS NULL AND state IN ('WAITING', 'WORKING') AND last_error IS NULL AND events IS NOT NULL`;
