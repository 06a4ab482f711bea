import { createHmac, randomBytes } from 'node:crypto';
import type { Pool, PoolClient } from '../platform/postgres';
import { subjectOf, type LogEvent } from './log-event';
import { newestErasure } from './log-reader';

/**
 * Tombstones: names that were erased, as HMAC-SHA-256 under a secret of the shop. Whoever writes persons asks here first,
 * in the transaction that writes, and so holds the table's weakest lock until its end. An erasure commits its tombstones and
 * then waits for those who hold the lock at that moment, and for nobody else: all later ones read the tombstones.
 */
const SECRET_SETTING = 'erasure_secret';

/** Which of the subjects are erased; one that becomes so now leaves after the caller's transaction has ended. */
export async function erasedAmong(client: PoolClient, subjects: Iterable<string>): Promise<ReadonlySet<string>> {
  // A statement of its own: the ones after it see whatever was committed before the lock was had.
  await client.query('LOCK TABLE tombstones IN ROW SHARE MODE');
  const secret = await readSecret(client);
  if (secret === null) return NONE;
  const byHash = new Map(
    Array.from(new Set(subjects), (subject) => [hashOf(secret, subject).toString('hex'), subject]),
  );
  const { rows } = await client.query<{ hash: string }>({
    name: 'tombstones',
    text: `SELECT asked.hash FROM unnest($1::text[]) AS asked (hash) CROSS JOIN LATERAL (
             SELECT 1 FROM tombstones WHERE hash = decode(asked.hash, 'hex') OFFSET 0
           ) t`,
    values: [[...byHash.keys()]],
  });
  return new Set(rows.map(({ hash }) => byHash.get(hash) as string));
}

/** Parts events into those of people who are known and those of people who are not to be known any more. */
export async function partErased<E extends Pick<LogEvent, 'customerId' | 'sessionId'>>(
  client: PoolClient,
  events: readonly E[],
): Promise<{ readonly kept: readonly E[]; readonly erased: readonly E[] }> {
  const gone = await erasedAmong(
    client,
    events.flatMap((event) => subjectOf(event) ?? []),
  );
  if (gone.size === 0) return { kept: events, erased: [] };
  const isGone = (event: E) => gone.has(subjectOf(event) ?? '');
  return { kept: events.filter((event) => !isGone(event)), erased: events.filter(isGone) };
}

/** Whatever comes under these names from now on is dropped. @returns their hashes, in the order of the names */
export async function bury(client: PoolClient, subjects: readonly string[]): Promise<Buffer[]> {
  await client.query('INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING', [
    SECRET_SETTING,
    randomBytes(32).toString('base64'),
  ]);
  const secret = (await readSecret(client)) as Buffer;
  const hashes = subjects.map((subject) => hashOf(secret, subject));
  // In one order for all, so that two callers who share names can't deadlock.
  await client.query('INSERT INTO tombstones (hash) SELECT * FROM unnest($1::bytea[]) ON CONFLICT (hash) DO NOTHING', [
    hashes.toSorted((a, b) => Buffer.compare(a, b)),
  ]);
  return hashes;
}

export class ErasedMeanwhile extends Error {
  constructor() {
    super('somebody was erased meanwhile');
    this.name = 'ErasedMeanwhile';
  }
}

/** Processes that write what they made of the log share this lock; an erasure holds it alone. */
const DERIVED_STATE = `hashtextextended(current_schema() || ':derived-state', 0)`;

/**
 * For what is made of the log up to a position and written in the caller's transaction.
 * @throws ErasedMeanwhile where somebody left the log later; none does before the transaction ends.
 */
export async function requireNoErasureSince(client: PoolClient, position: number): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock_shared(${DERIVED_STATE})`);
  if ((await newestErasure(client)) > position) throw new ErasedMeanwhile();
}

/** For an erasure: what was made of the log and is being written is committed, and found; what comes later is refused. */
export async function excludeDerivedState(client: PoolClient): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(${DERIVED_STATE})`);
}

const WRITERS_POLL_MS = 20;

/** Virtual transactions that have looked at the tombstones and may be writing about persons. */
const WRITERS = `
  SELECT DISTINCT virtualtransaction AS id FROM pg_locks
  WHERE locktype = 'relation' AND mode = 'RowShareLock' AND granted AND relation = 'tombstones'::regclass
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/**
 * Waits for the transactions that may not have seen the tombstones committed before this call, as CREATE INDEX
 * CONCURRENTLY waits for older snapshots. Nobody waits for this one.
 * @throws Error where one of them takes longer than `boundMs`
 */
export async function awaitWriters(pool: Pool, boundMs: number): Promise<void> {
  const until = performance.now() + boundMs;
  const { rows } = await pool.query<{ id: string }>(WRITERS);
  for (let older = rows; older.length > 0;) {
    if (performance.now() > until) throw new Error('a transaction that began before the erasure has not ended');
    await new Promise((resolve) => setTimeout(resolve, WRITERS_POLL_MS));
    const ids = older.map(({ id }) => id);
    older = (await pool.query<{ id: string }>(`${WRITERS} AND virtualtransaction = ANY($1)`, [ids])).rows;
  }
}

/**
 * Waits for the transactions that write events and persons to end; later ones wait for the end of the caller's transaction.
 * For changes of streams: an erasure waits with {@link awaitWriters}, which makes nobody wait.
 */
export async function excludeWriters(client: PoolClient, boundMs: number): Promise<void> {
  await client.query(`SET LOCAL lock_timeout = ${Math.trunc(boundMs)}`);
  await client.query('LOCK TABLE tombstones IN EXCLUSIVE MODE');
}

const NONE: ReadonlySet<string> = new Set();

async function readSecret(client: PoolClient): Promise<Buffer | null> {
  const { rows } = await client.query<{ value: string }>({
    name: 'erasure-secret',
    text: 'SELECT value FROM settings WHERE name = $1',
    values: [SECRET_SETTING],
  });
  return rows[0] ? Buffer.from(rows[0].value, 'base64') : null;
}

function hashOf(secret: Buffer, subject: string): Buffer {
  return createHmac('sha256', secret).update(subject).digest();
}
