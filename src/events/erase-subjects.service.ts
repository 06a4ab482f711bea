import { patient, type Pool, type PoolClient } from '../platform/postgres';
import { subjectIn } from './inbox-order';

/**
 * All names of one person: the visits in which they were known, and whatever was merged into one of these names, at any
 * time. A visit that others used too counts: whose it was when nobody was known can't be told.
 */
export async function namesOf(client: PoolClient, subjects: readonly string[]): Promise<string[]> {
  const names = new Set(subjects);
  for (let fresh = [...names]; fresh.length > 0;) {
    const { rows } = await client.query<{ name: string }>(patient(NAMES, [fresh]));
    fresh = rows.map(({ name }) => name).filter((name) => !names.has(name));
    for (const name of fresh) names.add(name);
  }
  return [...names];
}

const NAMES = `
  SELECT 's:' || e.session_id AS name FROM events e
  WHERE e.subject = ANY($1) AND e.customer_id IS NOT NULL AND e.session_id IS NOT NULL
  UNION SELECT from_subject FROM merges WHERE into_subject = ANY($1)
  UNION SELECT from_subject FROM pending_merges WHERE into_subject = ANY($1)`;

/** Visits in which somebody was known, as events tell that are on their way to the log, or were rejected. */
export async function visitsOutsideTheLog(pool: Pool, customerId: string): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    patient(
      `SELECT DISTINCT 's:' || (event->>'sessionId') AS name FROM (
         SELECT json_array_elements(events)::jsonb AS event FROM inbox
         WHERE done_at IS NULL AND events IS NOT NULL AND strpos(events::text, to_json($1::text)::text) > 0
         UNION ALL SELECT event FROM rejected_events
       ) outside WHERE event->>'customerId' = $1 AND event->>'sessionId' IS NOT NULL`,
      [customerId],
    ),
  );
  return rows.map(({ name }) => name);
}

/** Whether the log tells of them. */
export async function isInLog(pool: Pool, subjects: readonly string[]): Promise<boolean> {
  const { rows } = await pool.query<{ found: boolean }>(
    `SELECT EXISTS (SELECT FROM events WHERE subject = ANY($1))
       OR EXISTS (SELECT FROM merges WHERE from_subject = ANY($1) OR into_subject = ANY($1)) AS found`,
    [subjects],
  );
  return rows[0].found;
}

/** What the log has had of them. */
export interface ErasedFromLog {
  /** Events that are gone. */
  readonly events: number;
  /** Order lines that stay, as nobody's. */
  readonly orderLines: number;
  /** The positions that told of them, also of their being set aside. */
  readonly positions: readonly number[];
}

/**
 * Removes subjects from the log. What was sold stays, because the shop's sums do: product, time, quantity and amount, in
 * one order if it was one, under ids that are used once and belong to nobody.
 */
export async function eraseFromLog(client: PoolClient, subjects: readonly string[]): Promise<ErasedFromLog> {
  const { rows: removed } = await client.query<{ position: number; events: number; aside: number[] }>(
    patient(REMOVE, [subjects]),
  );
  const { rows: kept } = await client.query<{ position: number; lines: number; aside: number[] }>(
    patient(ANONYMISE, [subjects]),
  );
  return {
    events: removed.reduce((sum, { events }) => sum + events, 0),
    orderLines: kept.reduce((sum, { lines }) => sum + lines, 0),
    positions: [...new Set([...removed, ...kept].flatMap(({ position, aside }) => [position, ...aside.map(Number)]))],
  };
}

const REMOVE = `
  WITH gone AS (
    DELETE FROM events WHERE subject = ANY($1) AND type NOT IN ('PURCHASE', 'RETURN') RETURNING batch, set_aside
  ), fewer AS (
    SELECT batch, count(*)::int AS events, array_remove(array_agg(set_aside), NULL) AS aside FROM gone GROUP BY batch
  )
  UPDATE log_batches b SET events = b.events - fewer.events FROM fewer WHERE b.batch = fewer.batch
  RETURNING b.position, fewer.events, fewer.aside`;

const ANONYMISE = `
  WITH lines AS MATERIALIZED (
    SELECT source, id, occurred_at,
      CASE source WHEN 'ORDERS' THEN split_part(id, ':', 1) ELSE subject || '@' || occurred_at END AS order_id
    FROM events WHERE subject = ANY($1)
  ), orders AS MATERIALIZED (
    SELECT order_id, gen_random_uuid() AS one_time FROM (SELECT DISTINCT order_id FROM lines) named
  ), renamed AS MATERIALIZED (
    SELECT source, id, occurred_at,
      'erased-' || one_time || ':' || row_number() OVER (PARTITION BY one_time ORDER BY random()) AS new_id
    FROM lines JOIN orders USING (order_id)
  ), written AS (
    UPDATE events e SET source = 'ORDERS', id = new_id, subject = NULL, customer_id = NULL, session_id = NULL, rating = NULL, query = NULL,
      request_id = NULL, list_position = NULL, placement = NULL, name = NULL, properties = NULL, digest = 0
    FROM renamed r WHERE e.source = r.source AND e.id = r.id AND e.occurred_at = r.occurred_at
    RETURNING e.batch, e.set_aside
  )
  SELECT b.position, count(*)::int AS lines, array_remove(array_agg(set_aside), NULL) AS aside FROM written JOIN log_batches b USING (batch) GROUP BY b.position`;

/** Merges from or into them. @returns their positions */
export async function eraseFromMerges(client: PoolClient, subjects: readonly string[]): Promise<number[]> {
  const { rows } = await client.query<{ position: number; aside: number | null }>(
    'DELETE FROM merges WHERE from_subject = ANY($1) OR into_subject = ANY($1) RETURNING position, set_aside AS aside',
    [subjects],
  );
  return rows.flatMap(({ position, aside }) => [position, ...(aside === null ? [] : [aside])]);
}

/** What these positions told of them. Whoever catches up past them finds a later position that makes them read anew. */
export async function eraseFromOutbox(
  client: PoolClient,
  subjects: readonly string[],
  positions: readonly number[],
): Promise<void> {
  await client.query(
    patient(
      `UPDATE outbox SET payload = (payload::jsonb - 'merged' - 'reread' || CASE WHEN payload->'events' IS NULL THEN '{}' ELSE
       jsonb_build_object('events', ${others("payload->'events'")}) END)::json
       WHERE position = ANY($2)`,
      [subjects, positions],
    ),
  );
}

/** Not in the erasure's transaction, which others wait for: there may be many. None is added any more. */
export async function eraseFromRejected(pool: Pool, subjects: readonly string[]): Promise<void> {
  await pool.query(
    patient(
      `DELETE FROM rejected_events WHERE ${subjectIn('event')} = ANY($1)
         OR 'c:' || (event->>'fromCustomerId') = ANY($1) OR 's:' || (event->>'fromSessionId') = ANY($1)
         OR 'c:' || (event->>'intoCustomerId') = ANY($1)`,
      [subjects],
    ),
  );
}

/**
 * What waits for the log. It would be dropped there anyway; this is for batches that wait long. Not in the erasure's
 * transaction: whoever works at a batch holds its row while it waits for that one to end.
 */
export async function eraseFromInbox(pool: Pool, subjects: readonly string[]): Promise<void> {
  const { rows: now } = await pool.query<{ at: string }>('SELECT clock_timestamp()::text AS at');
  // Again until there is none: a batch that was halved while this waited for its row is two new ones. What has come since
  // this began is dropped at the log.
  for (;;) {
    const { rows } = await pool.query<{ id: string }>(
      patient(
        `SELECT id FROM inbox WHERE done_at IS NULL AND events IS NOT NULL AND received_at <= $2::timestamptz
           AND EXISTS (SELECT FROM json_array_elements(events) AS e WHERE ${subjectIn('e')} = ANY($1))`,
        [subjects, now[0].at],
      ),
    );
    if (rows.length === 0) return;
    await pool.query(
      patient(
        `UPDATE inbox SET events = ${others('events')}::json WHERE id = ANY($2) AND done_at IS NULL AND events IS NOT NULL`,
        [subjects, rows.map(({ id }) => id)],
      ),
    );
  }
}

/** A JSON array without the events of `$1`. */
function others(array: string): string {
  return `(SELECT coalesce(jsonb_agg(e.event ORDER BY e.n), '[]') FROM json_array_elements(${array})
    WITH ORDINALITY AS e (event, n) WHERE ${subjectIn('e.event')} = ANY($1) IS NOT TRUE)`;
}
