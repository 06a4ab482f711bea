import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from '../platform/postgres';
import { ACCEPTED_ORDER, blockedAmong, INBOX_MIN_RELEASE, IS_READABLE, IS_UNTRIED } from './inbox-order';
import type { StoredEvent } from './stored-event';

/** How long an accepted batch may wait before the sweep hands it out again; doubles with each attempt. */
const RETRY_MS = 3_000;
const MAX_RETRY_MS = 60_000;
/** How long a batch waits after an outage ended an attempt on it. */
const AFTER_OUTAGE_MS = 1_000;

/** Where a batch is on its way to the log, as an operator is shown it. */
export const INBOX_STATES = ['WAITING', 'BLOCKED', 'WORKING', 'FAILING', 'SPLIT', 'DONE'] as const;
export type InboxState = (typeof INBOX_STATES)[number];

/**
 * Writes one row of accepted events. When this resolves (or the caller's transaction commits) it is durable.
 * @param identities hashes of the identities that senders chose
 * @returns the receipt
 */
export async function accept(
  db: Pool | PoolClient,
  events: readonly StoredEvent[],
  identities: readonly number[],
): Promise<string> {
  const id = randomUUID();
  await db.query({
    name: 'accept',
    text: `INSERT INTO inbox (id, received_at, events, count, retry_at, identities, min_release)
           VALUES ($1, now(), $2, $3, now() + $4 * interval '1 ms', $5, $6)`,
    values: [
      ...[id, JSON.stringify(events), events.length, RETRY_MS],
      ...[identities.length > 0 ? identities : null, INBOX_MIN_RELEASE],
    ],
  });
  return id;
}

/** What is known of a batch when an attempt on it begins. */
export interface Begun {
  /** Its newest attempt ended without a word, with whatever was working at it. */
  readonly suspect: boolean;
  /** It has to wait for an older batch ({@link blockedAmong}), or for a worker that has just begun with it. */
  readonly blocked: boolean;
  /** Attempts so far, with this one; null where this one was not begun. */
  readonly attempts: number | null;
  /** Why the one before failed. */
  readonly lastError: string | null;
}

/** SQL: a worker has just begun with this batch, for the first time, and may not have locked it yet. */
const IS_BEGUN = `(state = 'WORKING' AND attempts = 1 AND retry_at > now())`;

/**
 * Counts an attempt on a batch, committed before work starts so that a crash is counted too.
 * @param suspects begin also a batch whose newest attempt ended without a word
 * @returns null when it is done, another worker is at it, or only a newer release can read it
 */
export async function beginAttempt(pool: Pool, id: string, suspects: boolean): Promise<Begun | null> {
  const { rows } = await pool.query<Begun>({
    name: 'begin-attempt',
    text: `WITH batch AS (
             SELECT id, ${ACCEPTED_ORDER}, identities, last_error, ${IS_BEGUN} AS busy,
               (attempts > 0 OR parent IS NOT NULL) AND last_error IS NULL AS suspect
             FROM inbox WHERE id = $1 AND done_at IS NULL AND state <> 'SPLIT' AND ${IS_READABLE} FOR UPDATE SKIP LOCKED
           ), blocked AS MATERIALIZED (${blockedAmong('batch')}), marked AS (${MARK_BLOCKED}), begun AS (
             UPDATE inbox SET attempts = attempts + 1, state = 'WORKING', last_error = NULL,
               retry_at = now() + least($2 * 2 ^ least(attempts, 10), $3) * interval '1 ms'
             FROM batch WHERE inbox.id = batch.id AND ($4 OR NOT batch.suspect) AND NOT batch.busy AND NOT EXISTS (SELECT FROM blocked)
             RETURNING inbox.attempts
           )
           SELECT batch.suspect, begun.attempts, batch.last_error AS "lastError",
             batch.busy OR EXISTS (SELECT FROM blocked) AS blocked
           FROM batch LEFT JOIN begun ON true`,
    values: [id, RETRY_MS, MAX_RETRY_MS, suspects],
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

const MARK_BLOCKED = `
  UPDATE inbox SET state = 'BLOCKED' FROM blocked WHERE inbox.id = blocked.id AND state <> 'BLOCKED'`;

/** What becomes of batches that wait side by side. */
export interface BegunTogether {
  /** An attempt on each of them has begun. */
  readonly begun: readonly string[];
  /** They would have been too much for one transaction, or come after one that is blocked. */
  readonly next: readonly string[];
  /** They have to wait for older batches ({@link blockedAmong}), or for a worker that has just begun with them. */
  readonly blocked: readonly string[];
  /** They are in the log. */
  readonly done: readonly string[];
}

/**
 * Counts the first attempt on untried batches, as {@link beginAttempt} does, the oldest first. The result does not list a
 * batch that another worker holds, that is a half, or that was tried before: such a batch is ingested alone.
 * @param most events of all together; the oldest batch is begun whatever it has
 */
export async function beginTogether(pool: Pool, ids: readonly string[], most: number): Promise<BegunTogether> {
  const { rows } = await pool.query<{ id: string; became: keyof BegunTogether }>({
    name: 'begin-together',
    text: `WITH locked AS MATERIALIZED (
             SELECT id, count, ${ACCEPTED_ORDER}, identities, done_at IS NOT NULL AS done,
               done_at IS NULL AND ${IS_UNTRIED} AS untried, done_at IS NULL AND ${IS_BEGUN} AS busy
             FROM ${LOCKED} AS batch
           ), fresh AS MATERIALIZED (SELECT * FROM locked WHERE untried), fitting AS MATERIALIZED (
             SELECT * FROM (
               SELECT *, row_number() OVER in_order AS place, sum(count) OVER in_order AS events
               FROM fresh WINDOW in_order AS (ORDER BY ${ACCEPTED_ORDER})
             ) placed WHERE events <= $3 OR place = 1
           ), blocked AS MATERIALIZED (${blockedAmong('fitting')}), marked AS (${MARK_BLOCKED}), free AS (
             -- What comes after a blocked one may share an identity with that one.
             SELECT id FROM fitting
             WHERE place < ALL (SELECT place FROM fitting WHERE id IN (SELECT id FROM blocked))
           ), begun AS (
             UPDATE inbox SET attempts = 1, state = 'WORKING', retry_at = now() + $2 * interval '1 ms'
             FROM free WHERE inbox.id = free.id
           )
           SELECT id, CASE WHEN done THEN 'done' WHEN id IN (SELECT id FROM free) THEN 'begun'
             WHEN busy OR id IN (SELECT id FROM blocked) THEN 'blocked' ELSE 'next' END AS became
           FROM locked WHERE untried OR done OR busy ORDER BY ${ACCEPTED_ORDER}`,
    values: [ids, RETRY_MS, most],
  });
  const which = (fate: keyof BegunTogether) => rows.filter(({ became }) => became === fate).map(({ id }) => id);
  return { begun: which('begun'), next: which('next'), blocked: which('blocked'), done: which('done') };
}

export interface Claimed {
  readonly id: string;
  readonly events: readonly StoredEvent[];
  readonly receivedAt: Date;
  readonly parent: string | null;
  readonly sequence: number;
  readonly firstEvent: number;
  /** Whether senders chose identities of its events. */
  readonly isIdentified: boolean;
  readonly minRelease: string | null;
}

/** Claims batches for the caller's transaction, in the order in which they were accepted; not what is done or another worker's. */
export async function claim(client: PoolClient, ids: readonly string[]): Promise<Claimed[]> {
  const { rows } = await client.query<Claimed>({
    name: 'claim',
    text: `SELECT id, events, received_at AS "receivedAt", parent, sequence, first_event AS "firstEvent",
             identities IS NOT NULL AS "isIdentified", min_release AS "minRelease"
           FROM ${LOCKED} AS batch WHERE done_at IS NULL AND state <> 'SPLIT' ORDER BY ${ACCEPTED_ORDER}`,
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

/** An attempt that an outage ended. */
export interface EndedByOutage {
  readonly id: string;
  /** The number of the attempt. */
  readonly attempt: number;
  /** What the outage said. */
  readonly reason: string;
}

/**
 * Takes back attempts that an outage ended, because an outage is no sign of a bad batch. A batch whose first attempt is
 * taken back counts as untried, so that it enters the log together with others. Repeating a refund changes nothing.
 */
export async function refundAttempts(pool: Pool, ended: readonly EndedByOutage[]): Promise<void> {
  const wasUntried = `(inbox.attempts = 1 AND parent IS NULL)`;
  await pool.query({
    name: 'refund-attempts',
    text: `UPDATE inbox SET attempts = inbox.attempts - 1,
             state = CASE WHEN ${wasUntried} THEN 'WAITING' ELSE 'FAILING' END,
             last_error = CASE WHEN NOT ${wasUntried} THEN left(ended.reason, 1000) END,
             retry_at = least(retry_at, now() + $4 * interval '1 ms')
           FROM unnest($1::uuid[], $2::int[], $3::text[]) AS ended (id, attempt, reason)
           WHERE inbox.id = ended.id AND inbox.attempts = ended.attempt AND last_error IS NULL
             AND done_at IS NULL AND state <> 'SPLIT'`,
    values: [
      ended.map(({ id }) => id),
      ended.map(({ attempt }) => attempt),
      ended.map(({ reason }) => reason),
      AFTER_OUTAGE_MS,
    ],
  });
}

/** A batch that nobody has finished in time. */
export interface Overdue {
  readonly id: string;
  /** Nobody has even tried, though it was handed out before: Redis may have lost it, or refuse it. */
  readonly untried: boolean;
}

/**
 * Returns overdue batches in the order in which they were accepted, each once per retry interval. The interval does not
 * grow while a batch only waits for others. A worker locks the batch that it ingests, so a batch with the state WORKING
 * that is not locked has lost its worker.
 */
export async function takeOverdue(pool: Pool, limit: number): Promise<Overdue[]> {
  const { rows } = await pool.query<Overdue>(
    `WITH overdue AS (UPDATE inbox SET state = CASE state WHEN 'WORKING' THEN 'FAILING' ELSE state END,
       retry_at = now() + least($2 * 2 ^ CASE state WHEN 'BLOCKED' THEN 0 ELSE least(attempts, 10) END, $3) * interval '1 ms'
     WHERE id IN (SELECT id FROM inbox WHERE done_at IS NULL AND retry_at <= now() AND ${IS_READABLE}
                  ORDER BY retry_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING id, ${ACCEPTED_ORDER}, attempts = 0 AND received_at < now() - 1.5 * $2 * interval '1 ms' AS untried)
     SELECT id, untried FROM overdue ORDER BY ${ACCEPTED_ORDER}`,
    [limit, RETRY_MS, MAX_RETRY_MS],
  );
  return rows;
}

/**
 * The position that a receipt of a batch, a pending merge or a pending erasure stands for: a number when all of it is in the log, `null`
 * while it waits, `undefined` if unknown.
 */
export async function positionOf(pool: Pool, id: string): Promise<number | null | undefined> {
  const { rows } = await pool.query<{ position: number | null }>(
    `SELECT position FROM inbox WHERE id = $1 UNION ALL SELECT position FROM pending_merges WHERE id = $1
     UNION ALL SELECT CASE WHEN done_at IS NOT NULL THEN coalesce(position, 0) END FROM erasures WHERE id = $1`,
    [id],
  );
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
