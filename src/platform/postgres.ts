import { Pool, types, type CustomTypesConfig, type PoolClient, type QueryConfig } from 'pg';

export type { Pool, PoolClient } from 'pg';

/**
 * int8 as a number: positions and counts stay far below 2^53. What needs all 64 bits (digests) is cast to text.
 */
const typeParsers: CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    (oid === types.builtins.INT8 && format !== 'binary' ? Number : types.getTypeParser(oid, format)) as never,
};

/** A process that stops in the middle of a transaction would hold the log's counter, and everybody with it. */
const IDLE_IN_TRANSACTION_MS = 3_000;

/** What nobody waits for any more ends, and lets go of its locks. Windows can't tell. */
const ENDS_WITH_CLIENT = process.platform === 'win32' ? [] : ['client_connection_check_interval=1000'];

/**
 * For statements that somebody waits for: they take milliseconds, and wait for no lock longer than a transaction may be
 * idle. So a database that hangs is one that is away.
 */
export const INTERACTIVE_MS = 5_000;
/** For statements that move much, and for what works in the background: only a database that hangs takes as long. */
export const PATIENT_MS = 60_000;

export interface PostgresOptions {
  readonly max: number;
  /** How long a statement may be without an answer before it fails and its connection is given up; for ever by default. */
  readonly answerMs?: number;
}

/** A pool whose connections see the shop's schema, and only it. */
export function connectPostgres(url: string, namespace: string, options: PostgresOptions): Pool {
  const pool = new Pool({
    connectionString: url,
    options: [
      `search_path=${namespace}`,
      'timezone=UTC',
      `idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS}`,
      ...ENDS_WITH_CLIENT,
    ]
      .map((setting) => `-c ${setting}`)
      .join(' '),
    max: options.max,
    connectionTimeoutMillis: 5_000,
    query_timeout: options.answerMs,
    keepAlive: true,
    types: typeParsers,
    allowExitOnIdle: true,
  });
  // The pool replaces a connection that breaks while idle; without a listener the error would end the process.
  pool.on('error', ignore);
  // Whoever works on a connection learns of its end by the next statement. The pool's own listener is gone from the moment
  // it hands a connection out, and a connection can end in the same packet as the answer that made it free.
  pool.on('connect', (client) => client.on('error', ignore));
  return pool;
}

/** A statement that moves much, and so may take longer than others of its pool. */
export function patient(text: string, values?: unknown[]): QueryConfig {
  return { text, values, query_timeout: PATIENT_MS } as QueryConfig; // which @types/pg does not know of
}

/** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  begin = 'BEGIN',
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // Behind a statement without an answer there is none for this one either; the server rolls back what is cut off.
    const clean = !isUnanswered(error) && (await rolledBack(client));
    client.release(!clean);
    throw error;
  }
}

function rolledBack(client: PoolClient): Promise<boolean> {
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  );
}

function isUnanswered(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

function ignore(): void {}

/** It holds nothing that others wait for, and what is read may take long to be taken in. */
const BEGIN_SNAPSHOT =
  'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0';

/** Runs `work` so that all of its reads see the database at one instant. */
export function inSnapshot<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return inTransaction(pool, work, BEGIN_SNAPSHOT);
}
