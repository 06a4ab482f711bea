import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from '../platform/postgres';
import type { StoredEvent } from './stored-event';

/** How long an accepted batch may wait before the sweep hands it out again; doubles with each attempt. */
const RETRY_MS = 3_000;
const LONGEST_RETRY_MS = 60_000;

/** Where a batch is on its way to the log, as an operator is shown it. */
export const INBOX_STATES = ['WAITING', 'WORKING', 'FAILING', 'SPLIT', 'DONE'] as const;
export type InboxState = (typeof INBOX_STATES)[number];

/** Writes one row of accepted events. When this resolves (or the caller's transaction commits) it is durable. @returns the receipt */
export async function accept(db: Pool | PoolClient, events: readonly StoredEvent[]): Promise<string> {
  const id = randomUUID();
  await db.query({
    name: 'accept',
    text: `INSERT INTO inbox (id, received_at, events, count, retry_at)
           VALUES ($1, now(), $2, $3, now() + $4 * interval '1 ms')`,
    values: [id, JSON.stringify(events), events.length, RETRY_MS],
  });
  return id;
}

/** What is known of a batch when an attempt on it begins. */
export interface Begun {
  /** Its newest attempt ended without a word, with whatever was working at it. */
  readonly suspect: boolean;
  /** Attempts so far, with this one; null where this one was not begun. */
  readonly attempts: number | null;
  /** Why the one before failed. */
  readonly lastError: string | null;
}

/**
 * Counts an attempt on a batch, committed before work starts so that a crash is counted too.
 * @param suspects begin also a batch whose newest attempt ended without a word
 * @returns null when it is done, or somebody else is at it
 */
export async function beginAttempt(pool: Pool, id: string, suspects: boolean): Promise<Begun | null> {
  const { rows } = await pool.query<Begun>({
    name: 'begin-attempt',
    text: `WITH batch AS (
             SELECT id, last_error, (attempts > 0 OR parent IS NOT NULL) AND last_error IS NULL AS suspect FROM inbox
             WHERE id = $1 AND done_at IS NULL AND state <> 'SPLIT' FOR UPDATE SKIP LOCKED
           ), begun AS (
             UPDATE inbox SET attempts = attempts + 1, state = 'WORKING', last_error = NULL,
               retry_at = now() + least($2 * 2 ^ least(attempts, 10), $3) * interval '1 ms'
             FROM batch WHERE inbox.id = batch.id AND ($4 OR NOT batch.suspect) RETURNING inbox.attempts
           )
           SELECT batch.suspect, begun.attempts, batch.last_error AS "lastError" FROM batch LEFT JOIN begun ON true`,
    values: [id, RETRY_MS, LONGEST_RETRY_MS, suspects],
  });
  return rows[0] ?? null;
}

/**
 * SQL: those of the rows `$1` that nobody else is at. One by one: a plan made while the inbox was empty would go through
 * all that waits.
 */
const LOCKED = `(
  SELECT batch.* FROM unnest($1::uuid[]) AS asked (id) CROSS JOIN LATERAL (
    SELECT * FROM inbox WHERE inbox.id = asked.id FOR UPDATE SKIP LOCKED
  ) batch)`;

/** What becomes of batches that wait side by side. */
export interface BegunTogether {
  /** An attempt on each of them has begun. */
  readonly begun: readonly string[];
  /** They would have been too much for one transaction. */
  readonly next: readonly string[];
}

/**
 * Counts the first attempt on batches that nobody has tried yet, as {@link beginAttempt} does, the oldest first. What is
 * done, somebody else's, a half, or was tried before, is in neither list: it is worked at by itself.
 * @param most events of all together; the oldest batch is begun whatever it has
 */
export async function beginTogether(pool: Pool, ids: readonly string[], most: number): Promise<BegunTogether> {
  const { rows } = await pool.query<{ id: string; fits: boolean }>({
    name: 'begin-together',
    text: `WITH fresh AS MATERIALIZED (
             SELECT id, count, received_at FROM ${LOCKED} AS batch
             WHERE done_at IS NULL AND state <> 'SPLIT' AND attempts = 0 AND last_error IS NULL AND parent IS NULL
           ), placed AS (
             SELECT id, sum(count) OVER in_order <= $3 OR row_number() OVER in_order = 1 AS fits
             FROM fresh WINDOW in_order AS (ORDER BY received_at, id)
           ), begun AS (
             UPDATE inbox SET attempts = 1, state = 'WORKING', retry_at = now() + $2 * interval '1 ms'
             FROM placed WHERE inbox.id = placed.id AND placed.fits
           )
           SELECT id, fits FROM placed`,
    values: [ids, RETRY_MS, most],
  });
  const which = (fits: boolean) => rows.filter((row) => row.fits === fits).map(({ id }) => id);
  return { begun: which(true), next: which(false) };
}

export interface Claimed {
  readonly id: string;
  readonly events: readonly StoredEvent[];
  readonly receivedAt: Date;
  readonly parent: string | null;
}

/** Claims batches for the caller's transaction, in the order in which they were received; not what is done or somebody else's. */
export async function claim(client: PoolClient, ids: readonly string[]): Promise<Claimed[]> {
  const { rows } = await client.query<Claimed>({
    name: 'claim',
    text: `SELECT id, events, received_at AS "receivedAt", parent FROM ${LOCKED} AS batch
           WHERE done_at IS NULL AND state <> 'SPLIT' ORDER BY received_at, id`,
    values: [ids],
  });
  return rows;
}

/**
 * Remembers why the newest attempt failed.
 * @param counts false takes the attempt back: it says nothing about any one of the batches
 */
export async function noteFailure(pool: Pool, ids: readonly string[], reason: string, counts: boolean): Promise<void> {
  await pool.query(
    `UPDATE inbox SET state = 'FAILING', last_error = $2, attempts = attempts - $3::int
     WHERE id = ANY($1::uuid[]) AND done_at IS NULL AND state <> 'SPLIT'`,
    [ids, reason.slice(0, 1_000), counts ? 0 : 1],
  );
}

/** A batch that nobody has finished in time. */
export interface Overdue {
  readonly id: string;
  /** Nobody has even tried, though it was handed out before: Redis may have lost it, or refuse it. */
  readonly untried: boolean;
}

/**
 * Batches nobody has finished in time, oldest first; each is handed out once per retry interval. What somebody is working
 * at is locked, so one that says WORKING here has lost its worker.
 */
export async function takeOverdue(pool: Pool, limit: number): Promise<Overdue[]> {
  const { rows } = await pool.query<Overdue>(
    `UPDATE inbox SET state = CASE state WHEN 'WORKING' THEN 'FAILING' ELSE state END,
       retry_at = now() + least($2 * 2 ^ least(attempts, 10), $3) * interval '1 ms'
     WHERE id IN (SELECT id FROM inbox WHERE done_at IS NULL AND retry_at <= now()
                  ORDER BY retry_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING id, attempts = 0 AND received_at < now() - 1.5 * $2 * interval '1 ms' AS untried`,
    [limit, RETRY_MS, LONGEST_RETRY_MS],
  );
  return rows;
}

/** The position a receipt stands for: a number when all of its batch is in the log, `null` while it waits, `undefined` if unknown. */
export async function positionOf(pool: Pool, id: string): Promise<number | null | undefined> {
  const { rows } = await pool.query<{ position: number | null }>('SELECT position FROM inbox WHERE id = $1', [id]);
  return rows[0]?.position;
}

/**
 * Forgets finished batches older than the longest time a receipt is of use. A split one finishes with the last of its
 * descendants, so a receipt never goes before what it stands for is in the log.
 */
export async function forgetDone(pool: Pool, olderThanMs: number): Promise<number> {
  const { rowCount } = await pool.query("DELETE FROM inbox WHERE done_at < now() - $1 * interval '1 ms'", [
    olderThanMs,
  ]);
  return rowCount ?? 0;
}
