import { setTimeout as sleep } from 'node:timers/promises';
import {
  Pool,
  types,
  type ClientBase,
  type CustomTypesConfig,
  type PoolClient,
  type PoolConfig,
  type QueryConfig,
} from 'pg';
import { noteOutage } from './outage-lines';
import { ConnectionWaitError, isOutage, isReadOnly, isWaitTimeout } from './outage';

export type { Pool, PoolClient } from 'pg';

/**
 * Parses int8 as a number: positions and counts stay far below 2^53. Values that need all 64 bits (digests) are cast to
 * text.
 */
const typeParsers: CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    (oid === types.builtins.INT8 && format !== 'binary' ? Number : types.getTypeParser(oid, format)) as never,
};

/**
 * Maximum time that a transaction may be idle. A process that hangs in the middle of a transaction may hold the lock on
 * the row with the log's newest position. It then blocks all writers until this time has passed.
 */
const IDLE_IN_TRANSACTION_MS = 3_000;

type Settings = Readonly<Record<string, string>>;

/**
 * With this setting, PostgreSQL cancels a statement within a second after its client has ended, and releases its locks.
 * Windows does not support it.
 */
export const CLIENT_CHECK_SETTINGS: Settings =
  process.platform === 'win32' ? {} : { client_connection_check_interval: '1000' };

/**
 * Timeout for statements of requests. They take milliseconds, and wait for a lock at most
 * {@link IDLE_IN_TRANSACTION_MS}. A statement that takes longer than this timeout means that the database hangs.
 */
export const REQUEST_TIMEOUT_MS = 5_000;
/** Timeout for background work and for statements that move much data. Only a database that hangs takes longer. */
export const BACKGROUND_TIMEOUT_MS = 60_000;

/**
 * Maximum wait for one lock, as a share of the timeout of statements. It ends before that timeout. So a statement that
 * waits for another transaction fails with an error code of its own, and not like one that a hanging database never
 * answers.
 */
const LOCK_TIMEOUT_SHARE = 0.8;

const CONNECTION_TIMEOUT_MS = 5_000;
const OUTAGE_REPORT_MS = 100;

type ConnectCallback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/**
 * A pool that distinguishes an overloaded process from an outage. If a caller has waited too long for a connection,
 * pg-pool reports the same timeout in both cases. It is an outage if a statement or a new connection of the pool failed
 * for that reason while the caller waited. Otherwise the other callers use all connections.
 */
class OverloadAwarePool extends Pool {
  /** Failures since the start that are due to the state of PostgreSQL. */
  private outages = 0;

  constructor(config: PoolConfig) {
    super(config);
    // `true` closes a connection whose transaction could not be rolled back.
    this.on('release', (error: unknown) => {
      if (error === true || (isOutage(error) && !isWaitTimeout(error))) this.outages++;
      noteOutage(error);
    });
  }

  override connect(): Promise<PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<PoolClient> | void {
    const outagesBefore = this.outages;
    const explain = async (error: Error) => {
      if (error.message !== 'timeout exceeded when trying to connect') {
        noteOutage(error);
        this.outages++;
        return error;
      }
      // A connection that failed at the same moment reports it a little later.
      await sleep(OUTAGE_REPORT_MS);
      return this.outages === outagesBefore ? new ConnectionWaitError(this.options.max) : error;
    };
    if (callback === undefined)
      return super.connect().catch(async (error: Error) => {
        throw await explain(error);
      });
    super.connect((error, client, done) => {
      if (error === undefined || error === null) callback(undefined, client, done);
      else void explain(error).then((explained) => callback(explained, client, done));
    });
  }
}

export interface PostgresOptions {
  readonly max: number;
  /** The process or job. PostgreSQL shows it, with the namespace, as `application_name`. */
  readonly name?: string;
  /** Milliseconds after which a statement fails and its connection is closed; unlimited by default. */
  readonly queryTimeoutMs?: number;
  /** Maximum time until a connection of the pool is free, or a new one is open. 5 seconds by default. */
  readonly connectionTimeoutMs?: number;
}

/** Creates a pool whose connections see only the schema of the shop. */
export function connectPostgres(url: string, namespace: string, options: PostgresOptions): Pool {
  const { queryTimeoutMs } = options;
  const settings: Settings = {
    search_path: namespace,
    timezone: 'UTC',
    idle_in_transaction_session_timeout: String(IDLE_IN_TRANSACTION_MS),
    ...CLIENT_CHECK_SETTINGS,
    ...(queryTimeoutMs === undefined ? {} : { lock_timeout: String(Math.trunc(LOCK_TIMEOUT_SHARE * queryTimeoutMs)) }),
  };
  const connectionTimeoutMs = options.connectionTimeoutMs ?? CONNECTION_TIMEOUT_MS;
  /** Connections that began read-only. They stay so when the database takes writes again, so each is used once. */
  const readOnly = new WeakSet<object>();
  const pool = new OverloadAwarePool({
    connectionString: url,
    onConnect: awaited(async (client) => {
      if (await applySettings(client, settings, connectionTimeoutMs)) readOnly.add(client);
    }),
    max: options.max,
    connectionTimeoutMillis: connectionTimeoutMs,
    query_timeout: queryTimeoutMs,
    application_name: ['freshet', namespace, options.name].filter(Boolean).join(' '),
    keepAlive: true,
    types: typeParsers,
    allowExitOnIdle: true,
  });
  // The pool replaces a connection that breaks while it is idle. Without a listener the error would end the process.
  pool.on('error', ignore);
  // The pool removes its own listener when it hands a connection out. Without this listener, the process would end if
  // the connection breaks before it is returned to the pool, even right after the response to its last statement. The
  // next statement on the connection reports the error.
  pool.on('connect', (client) => client.on('error', ignore));
  // The pool closes a connection that has been ended.
  pool.on('release', (_, client) => {
    if (readOnly.has(client)) void client.end();
  });
  return pool;
}

/** The pool waits for the promise of `onConnect`, and fails with its error; @types/pg lacks that. */
export const awaited = (hook: (client: ClientBase) => Promise<void>) => hook as (client: ClientBase) => void;

/**
 * Applies settings to a new connection, by a statement: poolers such as PgBouncer refuse or ignore the startup parameter
 * `options`.
 * @returns whether the connection is read-only
 */
export async function applySettings(client: ClientBase, settings: Settings, timeoutMs?: number): Promise<boolean> {
  const names = Object.keys(settings);
  const calls = names.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, false)`);
  const text = `SELECT ${[`current_setting('transaction_read_only') AS "readOnly"`, ...calls].join(', ')}`;
  const statement = { text, values: names.flatMap((name) => [name, settings[name]]), query_timeout: timeoutMs };
  const { rows } = await client.query<{ readOnly: string }>(statement);
  return rows[0]?.readOnly === 'on';
}

/** For a statement that moves much data: returns it with the timeout `ms`, which replaces the timeout of the pool. */
export function withLongTimeout(text: string, values?: unknown[], ms = BACKGROUND_TIMEOUT_MS): QueryConfig {
  return { text, values, query_timeout: ms } as QueryConfig; // @types/pg lacks query_timeout.
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
    // After a timeout, ROLLBACK would get no response either. The server rolls back when the connection closes.
    const isRolledBack = !isQueryTimeout(error) && (await tryRollback(client));
    // A connection to a database that has become read-only may stay so when the database takes writes again.
    client.release(isReadOnly(error) ? (error as Error) : !isRolledBack);
    throw error;
  }
}

function tryRollback(client: PoolClient): Promise<boolean> {
  return client.query('ROLLBACK').then(
    () => true,
    () => false,
  );
}

export function isQueryTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

function ignore(): void {}

/**
 * Turns the idle timeout off, because processing rows may take long. A transaction that only reads holds no locks that
 * other transactions wait for.
 */
const MAY_BE_IDLE = 'SET LOCAL idle_in_transaction_session_timeout = 0';

const BEGIN_SNAPSHOT = `BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; ${MAY_BE_IDLE}`;

/**
 * Begins a transaction whose statements read many rows in the background: they may use only one core, and JIT compilation
 * does not pay off. Each statement has a snapshot of its own.
 */
export const BEGIN_SCAN = `BEGIN READ ONLY; ${MAY_BE_IDLE}; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off`;

/** Begins a transaction that may compute for seconds between its statements. */
export const BEGIN_COMPUTING = `BEGIN; SET LOCAL idle_in_transaction_session_timeout = '60s'; SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off`;

/**
 * Begins a transaction that reads one page of many by its keys. Without statistics, or where a table has few rows, the
 * planner would scan whole tables for each key.
 */
export const BEGIN_PAGE = `${BEGIN_SCAN}; SET LOCAL enable_seqscan = off`;

/** Runs `work` in a read-only transaction in which all reads see the same snapshot of the database. */
export function inSnapshot<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return inTransaction(pool, work, BEGIN_SNAPSHOT);
}
