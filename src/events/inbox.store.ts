import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryFirst, queryRows } from '../platform/sql';
import { ACCEPTED_ORDER, selectBlocked, IS_READABLE, IS_UNTRIED, minReleaseOf } from './inbox-order';
import type { StoredEvent } from './stored-event';

/**
 * How long an accepted batch may wait for a worker before the periodic sweep enqueues it again. The time doubles with
 * each attempt, up to the maximum.
 */
const RETRY_MS = 3_000;
const MAX_RETRY_MS = 60_000;
/** Maximum pause until the next attempt on a batch after an outage interrupted an attempt. */
const AFTER_OUTAGE_MS = 1_000;

/** The state of a batch on its way to the log, as operators see it. */
export type InboxState = 'WAITING' | 'BLOCKED' | 'WORKING' | 'FAILING' | 'SPLIT' | 'DONE';

/**
 * Inserts accepted events as one row. The row is durable when this resolves, or when the caller's transaction commits.
 * @param identities hashes of the identities (source, id, time) of those events whose `id` was set by the sender
 * @returns the receipt
 */
export async function insertBatch(
  db: Pool | PoolClient,
  events: readonly StoredEvent[],
  identities: readonly number[],
): Promise<string> {
  const id = randomUUID();
  await execute(db, {
    name: 'accept',
    text: `INSERT INTO inbox (id, received_at, events, count, retry_at, identities, min_release)
           VALUES ($1, now(), $2, $3, now() + $4 * interval '1 ms', $5, $6)`,
    values: [
      ...[id, JSON.stringify(events), events.length, RETRY_MS],
      ...[identities.length > 0 ? identities : null, minReleaseOf(events)],
    ],
  });
  return id;
}

/** The result of trying to begin an attempt on a batch. */
export interface BegunAttempt {
  /**
   * Whether the newest attempt left no error message, which means that its worker crashed or was stopped. For an
   * untried half of a split batch, the newest attempt on the split batch counts.
   */
  readonly suspect: boolean;
  /**
   * Whether the batch has to wait for an older batch or merge ({@link selectBlocked}), or for a worker that has just
   * begun an attempt on the batch.
   */
  readonly blocked: boolean;
  /** Number of attempts, including this one; null if no attempt was begun. */
  readonly attempts: number | null;
  /** Why the previous attempt failed. */
  readonly lastError: string | null;
}

/** SQL: a worker has just begun the first attempt on this batch and may not have locked it yet. */
const IS_BEGUN = `(state = 'WORKING' AND attempts = 1 AND retry_at > now())`;

/**
 * Counts an attempt on a batch. The count is committed before the work starts, so that a crash is counted, too.
 * @param allowSuspects whether to begin attempts on suspect batches, too (see {@link BegunAttempt.suspect})
 * @returns null if the batch is done or split, another worker holds it, or only a newer release can read it
 */
export async function beginAttempt(pool: Pool, id: string, allowSuspects: boolean): Promise<BegunAttempt | null> {
  const row = await queryFirst<BegunAttempt>(pool, {
    name: 'begin-attempt',
    text: `WITH batch AS (
             SELECT id, ${ACCEPTED_ORDER}, identities, last_error, ${IS_BEGUN} AS busy,
               (attempts > 0 OR parent IS NOT NULL) AND last_error IS NULL AS suspect
             FROM inbox WHERE id = $1 AND done_at IS NULL AND state <> 'SPLIT' AND ${IS_READABLE} FOR UPDATE SKIP LOCKED
           ), blocked AS MATERIALIZED (${selectBlocked('batch')}), marked AS (${MARK_BLOCKED}), begun AS (
             UPDATE inbox SET attempts = attempts + 1, state = 'WORKING', last_error = NULL,
               retry_at = now() + least($2 * 2 ^ least(attempts, 10), $3) * interval '1 ms'
             FROM batch WHERE inbox.id = batch.id AND ($4 OR NOT batch.suspect) AND NOT batch.busy AND NOT EXISTS (SELECT FROM blocked)
             RETURNING inbox.attempts
           )
           SELECT batch.suspect, begun.attempts, batch.last_error AS "lastError",
             batch.busy OR EXISTS (SELECT FROM blocked) AS blocked
           FROM batch LEFT JOIN begun ON true`,
    values: [id, RETRY_MS, MAX_RETRY_MS, allowSuspects],
  });
  return row ?? null;
}

/**
 * SQL: locks and returns the rows with the ids `$1` that no other worker holds. LATERAL looks up each row separately: a
 * query plan made while the inbox was empty would otherwise scan all waiting rows.
 */
const LOCKED = `(
  SELECT batch.* FROM unnest($1::uuid[]) AS asked (id) CROSS JOIN LATERAL (
    SELECT * FROM inbox WHERE inbox.id = asked.id FOR UPDATE SKIP LOCKED
  ) batch)`;

const MARK_BLOCKED = `
  UPDATE inbox SET state = 'BLOCKED' FROM blocked WHERE inbox.id = blocked.id AND state <> 'BLOCKED'`;

/** The result of beginning attempts on several waiting batches. */
export interface BegunAttempts {
  /** Batches on which an attempt has begun. */
  readonly begun: readonly string[];
  /** Batches that do not fit into the transaction, or that come after a blocked batch. */
  readonly next: readonly string[];
  /**
   * Batches that wait for older batches or merges ({@link selectBlocked}), or for a worker that has just begun an
   * attempt on them.
   */
  readonly blocked: readonly string[];
  /** Batches that are finished: their events are in the log or were rejected. */
  readonly done: readonly string[];
}

/**
 * Counts the first attempt on each of several untried batches, oldest first, before the work starts (see
 * {@link beginAttempt}). The result omits batches that another worker holds, and batches that must be ingested alone:
 * halves of split batches, and batches that were tried before.
 * @param maxEvents maximum total number of events in the begun batches; the oldest batch is begun even if it has more
 */
export async function beginAttempts(pool: Pool, ids: readonly string[], maxEvents: number): Promise<BegunAttempts> {
  const rows = await queryRows<{ id: string; became: keyof BegunAttempts }>(pool, {
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
           ), blocked AS MATERIALIZED (${selectBlocked('fitting')}), marked AS (${MARK_BLOCKED}), free AS (
             -- A batch after a blocked one may share an identity with it.
             SELECT id FROM fitting
             WHERE place < ALL (SELECT place FROM fitting WHERE id IN (SELECT id FROM blocked))
           ), begun AS (
             UPDATE inbox SET attempts = 1, state = 'WORKING', retry_at = now() + $2 * interval '1 ms'
             FROM free WHERE inbox.id = free.id
           )
           SELECT id, CASE WHEN done THEN 'done' WHEN id IN (SELECT id FROM free) THEN 'begun'
             WHEN busy OR id IN (SELECT id FROM blocked) THEN 'blocked' ELSE 'next' END AS became
           FROM locked WHERE untried OR done OR busy ORDER BY ${ACCEPTED_ORDER}`,
    values: [ids, RETRY_MS, maxEvents],
  });
  const idsOf = (result: keyof BegunAttempts) => rows.filter(({ became }) => became === result).map(({ id }) => id);
  return { begun: idsOf('begun'), next: idsOf('next'), blocked: idsOf('blocked'), done: idsOf('done') };
}

export interface ClaimedBatch {
  readonly id: string;
  readonly events: readonly StoredEvent[];
  readonly receivedAt: Date;
  readonly parent: string | null;
  readonly sequence: number;
  /**
   * Index of this batch's first event in the originally accepted batch. It is above 0 only in a half of a split batch.
   */
  readonly firstEvent: number;
  /** Whether the sender has set the `id` of at least one of its events. */
  readonly isIdentified: boolean;
  readonly minRelease: string | null;
}

/**
 * Locks batches for the caller's transaction and returns them in the order in which they were accepted. Omits batches
 * that are done or split, or that another worker holds.
 */
export async function claimBatches(client: PoolClient, ids: readonly string[]): Promise<ClaimedBatch[]> {
  return queryRows<ClaimedBatch>(client, {
    name: 'claim',
    text: `SELECT id, events, received_at AS "receivedAt", parent, sequence, first_event AS "firstEvent",
             identities IS NOT NULL AS "isIdentified", min_release AS "minRelease"
           FROM ${LOCKED} AS batch WHERE done_at IS NULL AND state <> 'SPLIT' ORDER BY ${ACCEPTED_ORDER}`,
    values: [ids],
  });
}

/**
 * Stores why the newest attempt failed.
 * @param countsAttempt false to refund the attempt, because the failure can't be attributed to one of the batches
 */
export async function recordFailure(
  pool: Pool,
  ids: readonly string[],
  reason: string,
  countsAttempt: boolean,
): Promise<void> {
  await execute(
    pool,
    `UPDATE inbox SET state = 'FAILING', last_error = $2, attempts = attempts - $3::int
     WHERE id = ANY($1::uuid[]) AND done_at IS NULL AND state <> 'SPLIT'`,
    [ids, reason.slice(0, 1_000), countsAttempt ? 0 : 1],
  );
}

export interface InterruptedAttempt {
  readonly id: string;
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  /** The message of the outage's error. */
  readonly reason: string;
}

/**
 * Refunds attempts that an outage interrupted, because an outage does not indicate a bad batch. A batch whose first
 * attempt is refunded counts as untried again, so that it can be ingested together with others. A refund is idempotent.
 */
export async function refundAttempts(pool: Pool, interruptedAttempts: readonly InterruptedAttempt[]): Promise<void> {
  const wasUntried = `(inbox.attempts = 1 AND parent IS NULL)`;
  await execute(pool, {
    name: 'refund-attempts',
    text: `UPDATE inbox SET attempts = inbox.attempts - 1,
             state = CASE WHEN ${wasUntried} THEN 'WAITING' ELSE 'FAILING' END,
             last_error = CASE WHEN NOT ${wasUntried} THEN left(ended.reason, 1000) END,
             retry_at = least(retry_at, now() + $4 * interval '1 ms')
           FROM unnest($1::uuid[], $2::int[], $3::text[]) AS ended (id, attempt, reason)
           WHERE inbox.id = ended.id AND inbox.attempts = ended.attempt AND last_error IS NULL
             AND done_at IS NULL AND state <> 'SPLIT'`,
    values: [
      interruptedAttempts.map(({ id }) => id),
      interruptedAttempts.map(({ attempt }) => attempt),
      interruptedAttempts.map(({ reason }) => reason),
      AFTER_OUTAGE_MS,
    ],
  });
}

export interface OverdueBatch {
  readonly id: string;
  /** No worker has tried the batch although it was enqueued before. Redis may have lost or refused the job. */
  readonly untried: boolean;
}

/**
 * Claims overdue batches and returns them in the order in which they were accepted, each at most once per retry
 * interval. The interval of a batch does not grow while the batch only waits for other batches. A worker locks the
 * batch that it ingests. So an unlocked batch in the state WORKING has lost its worker, and it becomes FAILING.
 */
export async function claimOverdue(pool: Pool, limit: number): Promise<OverdueBatch[]> {
  return queryRows<OverdueBatch>(
    pool,
    `WITH overdue AS (UPDATE inbox SET state = CASE state WHEN 'WORKING' THEN 'FAILING' ELSE state END,
       retry_at = now() + least($2 * 2 ^ CASE state WHEN 'BLOCKED' THEN 0 ELSE least(attempts, 10) END, $3) * interval '1 ms'
     WHERE id IN (SELECT id FROM inbox WHERE done_at IS NULL AND retry_at <= now() AND ${IS_READABLE}
                  ORDER BY retry_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING id, ${ACCEPTED_ORDER}, attempts = 0 AND received_at < now() - 1.5 * $2 * interval '1 ms' AS untried)
     SELECT id, untried FROM overdue ORDER BY ${ACCEPTED_ORDER}`,
    [limit, RETRY_MS, MAX_RETRY_MS],
  );
}

/**
 * Returns the log position of a receipt: a number once the whole write is in the log, `null` until then, `undefined`
 * for an unknown receipt. A receipt is the id of a batch, of a pending merge or of a pending erasure.
 */
export async function findReceiptPosition(pool: Pool, id: string): Promise<number | null | undefined> {
  const row = await queryFirst<{ position: number | null }>(
    pool,
    `SELECT position FROM inbox WHERE id = $1 UNION ALL SELECT position FROM pending_merges WHERE id = $1
     UNION ALL SELECT CASE WHEN done_at IS NOT NULL THEN coalesce(position, 0) END FROM erasures WHERE id = $1`,
    [id],
  );
  return row?.position;
}

/**
 * Deletes finished batches whose receipts have expired. A split batch finishes with the last of its descendants, so a
 * receipt never expires before all of its events are in the log.
 */
export async function deleteFinished(pool: Pool, olderThanMs: number): Promise<number> {
  return execute(pool, "DELETE FROM inbox WHERE done_at < now() - $1 * interval '1 ms'", [olderThanMs]);
}
