import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryColumn, queryFirst, queryOne } from '../platform/sql';
import { subjectIn } from './inbox-order';
import type { Merge } from './log-event';

/**
 * A merge that was acknowledged and has no log position yet, because some of the events to be merged are not in the log
 * yet.
 */
export interface PendingMerge extends Merge {
  readonly id: string;
  readonly requestedAt: Date;
}

/**
 * Returns the ids of the unfinished inbox batches that have events of `from`, and of the pending merges of `from` or
 * `into`. A merge of `from` into `into` must wait for all of these, so that its log position comes after theirs.
 */
export function findMergeDependencies(pool: Pool, { from, into }: Merge): Promise<string[]> {
  return queryColumn<{ id: string }>(pool, {
    name: 'unfinished-before-merge',
    text: `SELECT id FROM inbox
           -- Few payloads contain the name. Only these are parsed.
           WHERE done_at IS NULL AND events IS NOT NULL AND strpos(events::text, to_json(substr($1::text, 3))::text) > 0
             AND EXISTS (SELECT FROM json_array_elements(events) AS event WHERE ${subjectIn('event')} = $1)
           UNION ALL
           SELECT id FROM pending_merges
           WHERE done_at IS NULL AND (from_subject IN ($1, $2) OR into_subject IN ($1, $2))`,
    values: [from, into],
  });
}

/** Returns the ids of batches and merges that are not finished. A split batch finishes with the last of its halves. */
export function filterUnfinished(pool: Pool, ids: readonly string[]): Promise<string[]> {
  return queryColumn<{ id: string }>(pool, {
    name: 'still-unfinished',
    text: `SELECT id FROM inbox WHERE id = ANY($1::uuid[]) AND done_at IS NULL
           UNION ALL SELECT id FROM pending_merges WHERE id = ANY($1::uuid[]) AND done_at IS NULL`,
    values: [ids],
  });
}

/**
 * Stores a pending merge, unless the same merge is already pending and waits for all of `waitsFor`.
 * @returns the receipt of the pending merge
 */
export async function insertPendingMerge(
  client: PoolClient,
  { from, into }: Merge,
  waitsFor: readonly string[],
): Promise<string> {
  const row = await queryFirst<{ id: string }>(
    client,
    `SELECT id FROM pending_merges
     WHERE done_at IS NULL AND from_subject = $1 AND into_subject = $2 AND $3::uuid[] <@ (waits_for || id)`,
    [from, into, waitsFor],
  );
  if (row) return row.id;
  const id = randomUUID();
  await execute(
    client,
    `INSERT INTO pending_merges (id, sequence, from_subject, into_subject, waits_for)
     VALUES ($1, nextval(pg_get_serial_sequence('inbox', 'sequence')), $2, $3, $4)`,
    [id, from, into, waitsFor],
  );
  return id;
}

const IS_READY = `done_at IS NULL
  AND NOT EXISTS (SELECT FROM inbox batch WHERE batch.id = ANY(m.waits_for) AND batch.done_at IS NULL)
  AND NOT EXISTS (SELECT FROM pending_merges older WHERE older.id = ANY(m.waits_for) AND older.done_at IS NULL)`;

/** Returns the pending merges that no longer wait for anything, in the order in which they were acknowledged. */
export function readyMerges(pool: Pool, limit: number): Promise<string[]> {
  return queryColumn<{ id: string }>(pool, {
    name: 'ready-merges',
    text: `SELECT id FROM pending_merges m WHERE ${IS_READY} ORDER BY sequence LIMIT $1`,
    values: [limit],
  });
}

/**
 * Locks a pending merge. @returns null if it is finished, still waits for a batch or a merge, or is locked by another
 * worker
 */
export async function claimMerge(client: PoolClient, id: string): Promise<PendingMerge | null> {
  const row = await queryFirst<PendingMerge>(
    client,
    `SELECT id, from_subject AS "from", into_subject AS into, requested_at AS "requestedAt" FROM pending_merges m
     WHERE id = $1 AND ${IS_READY} FOR UPDATE SKIP LOCKED`,
    [id],
  );
  return row ?? null;
}

/** Counts a failed attempt to carry out a pending merge. @returns the number of failed attempts, including this one */
export async function countFailure(client: PoolClient, id: string): Promise<number> {
  const row = await queryOne<{ failures: number }>(
    client,
    'UPDATE pending_merges SET failures = failures + 1 WHERE id = $1 RETURNING failures',
    [id],
  );
  return row.failures;
}

/** Finishes a pending merge. Its row stays as the receipt, without the subjects. */
export async function finishMerge(client: PoolClient, id: string, position: number): Promise<void> {
  await execute(client, `UPDATE pending_merges SET ${FINISHED}, position = $2 WHERE id = $1`, [id, position]);
}

/** Cancels the pending merges from or into erased subjects, inside the erasure's transaction. */
export async function erasePendingMerges(client: PoolClient, subjects: readonly string[]): Promise<void> {
  await execute(
    client,
    `UPDATE pending_merges SET ${FINISHED}, position = (SELECT position FROM log_position WHERE id = 1)
     WHERE from_subject = ANY($1) OR into_subject = ANY($1)`,
    [subjects],
  );
}

const FINISHED = `from_subject = NULL, into_subject = NULL, waits_for = '{}', done_at = now()`;

export async function deleteFinishedMerges(pool: Pool, olderThanMs: number): Promise<void> {
  await execute(pool, `DELETE FROM pending_merges WHERE done_at < now() - $1 * interval '1 ms'`, [olderThanMs]);
}

export interface PendingMerges {
  readonly count: number;
  readonly oldestAgeMs: number;
}

export async function measurePendingMerges(pool: Pool): Promise<PendingMerges> {
  return queryOne<PendingMerges>(
    pool,
    `SELECT count(*)::int AS count, coalesce(extract(epoch FROM now() - min(requested_at)) * 1000, 0)::float8 AS "oldestAgeMs"
     FROM pending_merges WHERE done_at IS NULL`,
  );
}
