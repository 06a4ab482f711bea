import { createHmac, randomBytes } from 'node:crypto';
import { ErasureConflict } from '../platform/erasure-conflict';
import type { Pool, PoolClient } from '../platform/postgres';
import { execute, queryFirst, queryRows } from '../platform/sql';
import { isSessionSubject, storedSubjectOf, subjectOfOrder } from './log-event';
import type { StoredEvent } from './stored-event';
import { newestErasure } from './log-reader.store';

/**
 * Tombstones are HMAC-SHA-256 hashes of erased subjects, keyed with a secret of the shop. A transaction that writes
 * personal data checks the tombstones first and holds a ROW SHARE lock on their table until it ends. An erasure commits
 * its tombstones and then waits only for the transactions that hold the lock at that time: later transactions see the
 * tombstones.
 */
const SECRET_SETTING = 'erasure_secret';

/** Returns the error of a mutation item that refers to an erased subject: a customer, a visit or an order. */
export function erasedFault(subject: string) {
  const erased = isSessionSubject(subject) ? 'visit' : subject.startsWith(subjectOfOrder('')) ? 'order' : 'customer';
  return { code: 'CONFLICT', message: `this ${erased} was erased: use a new id` } as const;
}

/**
 * Makes an erasure that begins later wait until this transaction has ended. Call it before any personal data is read or
 * locked.
 */
export async function announceWriter(client: PoolClient): Promise<void> {
  await execute(client, 'LOCK TABLE tombstones IN ROW SHARE MODE');
}

/**
 * Returns the erased ones among the given subjects (customers and sessions). An erasure that begins later removes its
 * subjects only after the caller's transaction has ended.
 * @param options.isAnnounced whether the transaction has called {@link announceWriter}
 */
export async function findErased(
  client: PoolClient,
  subjects: Iterable<string>,
  { isAnnounced = false } = {},
): Promise<ReadonlySet<string>> {
  // The lock is a statement of its own, so that the following statements see everything that was committed before the
  // lock was acquired.
  if (!isAnnounced) await announceWriter(client);
  const secret = await readSecret(client);
  if (secret === null) return NONE;
  const byHash = new Map(
    Array.from(new Set(subjects), (subject) => [hashOf(secret, subject).toString('hex'), subject]),
  );
  const rows = await queryRows<{ hash: string }>(client, {
    name: 'tombstones',
    text: `SELECT asked.hash FROM unnest($1::text[]) AS asked (hash) CROSS JOIN LATERAL (
             SELECT 1 FROM tombstones WHERE hash = decode(asked.hash, 'hex') OFFSET 0
           ) t`,
    values: [[...byHash.keys()]],
  });
  return new Set(rows.map(({ hash }) => byHash.get(hash) as string));
}

export async function splitErased(
  client: PoolClient,
  events: readonly StoredEvent[],
): Promise<{ readonly remaining: readonly StoredEvent[]; readonly erased: readonly StoredEvent[] }> {
  const erasedSubjects = await findErased(
    client,
    events.flatMap((event) => storedSubjectOf(event) ?? []),
  );
  if (erasedSubjects.size === 0) return { remaining: events, erased: [] };
  const isErased = (event: StoredEvent) => erasedSubjects.has(storedSubjectOf(event) ?? '');
  return { remaining: events.filter((event) => !isErased(event)), erased: events.filter(isErased) };
}

/** Adds tombstones: future data of these subjects is dropped. @returns the hashes, in the order of the subjects */
export async function addTombstones(client: PoolClient, subjects: readonly string[]): Promise<Buffer[]> {
  await execute(client, 'INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [
    SECRET_SETTING,
    randomBytes(32).toString('base64'),
  ]);
  const secret = (await readSecret(client)) as Buffer;
  const hashes = subjects.map((subject) => hashOf(secret, subject));
  // All callers insert in the same order, so that callers with common subjects can't deadlock.
  await execute(
    client,
    'INSERT INTO tombstones (hash) SELECT * FROM unnest($1::bytea[]) ON CONFLICT (hash) DO NOTHING',
    [hashes.toSorted((a, b) => Buffer.compare(a, b))],
  );
  return hashes;
}

/** Transactions that write data derived from the log share this advisory lock; an erasure holds it exclusively. */
const DERIVED_STATE = `hashtextextended(current_schema() || ':derived-state', 0)`;

/**
 * Must be called before the caller's transaction writes data derived from the log. The call also blocks erasures until
 * the transaction ends.
 * @param position the log position up to which the caller has read
 * @throws ErasureConflict if a person was erased after that position
 */
export async function requireNoErasureSince(client: PoolClient, position: number): Promise<void> {
  await execute(client, `SELECT pg_advisory_xact_lock_shared(${DERIVED_STATE})`);
  await throwIfErasedSince(client, position);
}

/**
 * Called after each statement of a read that takes several: what they have read together is the log of one position
 * only if no person was erased meanwhile.
 * @throws ErasureConflict if a person was erased after that position
 */
export async function throwIfErasedSince(db: Pool | PoolClient, position: number): Promise<void> {
  if ((await newestErasure(db)) > position) throw new ErasureConflict();
}

/** Called by an erasure: waits until running writes of derived data are committed, and makes later writes fail. */
export async function excludeDerivedState(client: PoolClient): Promise<void> {
  await execute(client, `SELECT pg_advisory_xact_lock(${DERIVED_STATE})`);
}

const WRITERS_POLL_INTERVAL_MS = 20;

/** SQL: the virtual transactions that have checked the tombstones and may be writing personal data. */
const WRITERS = `
  SELECT DISTINCT virtualtransaction AS id FROM pg_locks
  WHERE locktype = 'relation' AND mode = 'RowShareLock' AND granted AND relation = 'tombstones'::regclass
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/**
 * Waits for the running transactions that may not see all tombstones committed before this call.
 * CREATE INDEX CONCURRENTLY waits for older snapshots in the same way. No transaction waits for this call.
 * @throws Error if one of the transactions takes longer than `boundMs`
 */
export async function awaitWriters(pool: Pool, boundMs: number): Promise<void> {
  const until = performance.now() + boundMs;
  const rows = await queryRows<{ id: string }>(pool, WRITERS);
  for (let older = rows; older.length > 0;) {
    if (performance.now() > until)
      throw new Error(`a transaction that began before the erasure has not ended within ${boundMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, WRITERS_POLL_INTERVAL_MS));
    const ids = older.map(({ id }) => id);
    older = await queryRows<{ id: string }>(pool, `${WRITERS} AND virtualtransaction = ANY($1)`, [ids]);
  }
}

/**
 * Waits for running transactions that write events or personal data. Later ones wait until the caller's transaction
 * ends. Changes of streams call this function. An erasure calls {@link awaitWriters} instead, which blocks
 * no transaction.
 */
export async function excludeWriters(client: PoolClient, boundMs: number): Promise<void> {
  await execute(client, `SET LOCAL lock_timeout = ${Math.trunc(boundMs)}`);
  await execute(client, 'LOCK TABLE tombstones IN EXCLUSIVE MODE');
}

const NONE: ReadonlySet<string> = new Set();

async function readSecret(client: PoolClient): Promise<Buffer | null> {
  const row = await queryFirst<{ value: string }>(client, {
    name: 'erasure-secret',
    text: 'SELECT value FROM settings WHERE name = $1',
    values: [SECRET_SETTING],
  });
  return row ? Buffer.from(row.value, 'base64') : null;
}

function hashOf(secret: Buffer, subject: string): Buffer {
  return createHmac('sha256', secret).update(subject).digest();
}
