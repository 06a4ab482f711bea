/** Checks whether the PostgreSQL and the Redis of the settings are usable, and explains why not and what to do. */
import { Client } from 'pg';
import { Redis } from 'ioredis';
import { ConfigError } from '../config';
import { isRedisRefusal } from './outage';

/** The reason why a server is unusable, and what to do. Neither sentence contains a password. */
export interface ConnectionFault {
  readonly reason: string;
  readonly advice: string;
}

interface Addresses {
  readonly databaseUrl?: string | undefined;
  readonly redisUrl?: string | undefined;
  readonly namespace?: string;
}

/** Timeout of each check. A healthy server answers in milliseconds. */
const RESPONSE_TIMEOUT_MS = 4_000;

/**
 * Checks each configured server by connecting to it. Call it before the process starts, migrates or writes anything.
 * @throws ConfigError with one line for each unusable server
 */
export async function requireReachable<A extends Addresses>(addresses: A): Promise<A> {
  const { databaseUrl, redisUrl, namespace } = addresses;
  const [postgres, redis] = await Promise.all([
    databaseUrl === undefined ? undefined : findPostgresFault(databaseUrl),
    redisUrl === undefined ? undefined : findRedisFault(redisUrl, namespace, true),
  ]);
  const line = (name: string, { reason, advice }: ConnectionFault) => `${name}: ${reason} ${advice}`;
  const faults = [...(postgres ? [line('DATABASE_URL', postgres)] : []), ...(redis ? [line('REDIS_URL', redis)] : [])];
  if (faults.length > 0) throw new ConfigError(faults);
  return addresses;
}

/** Connects, and finds out whether the login is accepted, writes are taken, and a pooler is in session mode. */
export async function findPostgresFault(url: string): Promise<ConnectionFault | undefined> {
  const client = testClient(url);
  try {
    await client.connect();
    const { isPooled, isReadOnly, isStandby } = await describeSession(client);
    if (isReadOnly) return readOnlyFault(url, isStandby);
    return isPooled ? await findPoolerFault(url, client) : undefined;
  } catch (error) {
    return explainPostgres(url, error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function testClient(url: string): Client {
  const client = new Client({
    connectionString: url,
    application_name: 'freshet check',
    connectionTimeoutMillis: RESPONSE_TIMEOUT_MS,
    query_timeout: RESPONSE_TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  return client;
}

export interface Session {
  /** Whether a pooler such as PgBouncer is between this process and PostgreSQL. */
  readonly isPooled: boolean;
  readonly isReadOnly: boolean;
  readonly isStandby: boolean;
}

export async function describeSession(client: Client): Promise<Session> {
  const { rows } = await client.query<{ pid: number; readOnly: string; isStandby: boolean }>(
    `SELECT pg_backend_pid() AS pid, current_setting('transaction_read_only') AS "readOnly", pg_is_in_recovery() AS "isStandby"`,
  );
  const { pid, readOnly, isStandby } = rows[0]!;
  // A pooler gives its clients a made-up process id.
  const { processID } = client as unknown as { processID: number | null };
  return { isPooled: pid !== processID, isReadOnly: readOnly === 'on', isStandby };
}

export function readOnlyFault(url: string, isStandby: boolean): ConnectionFault {
  const server = `PostgreSQL at ${hostAndPort(url, 5432)}`;
  if (isStandby)
    return { reason: `${server} is a standby, which is read-only.`, advice: 'Use the address of the primary.' };
  return {
    reason: `${server} is read-only: default_transaction_read_only is on.`,
    advice: `Turn it off for the server, the database ${quoted(databaseOf(url))} and the user.`,
  };
}

const pidOf = async (client: Client): Promise<number> => {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]!.pid;
};

/**
 * Finds out whether a pooler keeps a server connection for each client. If not, the server connection that a client has
 * used goes to the next one, whose transaction then keeps it.
 */
export async function findPoolerFault(url: string, client: Client): Promise<ConnectionFault | undefined> {
  const pooler = `the pooler at ${hostAndPort(url, 5432)}`;
  const inSessionMode = { advice: 'Set pool_mode = session in PgBouncer, for this database.' };
  const other = testClient(url);
  try {
    await other.connect();
    const before = await pidOf(client);
    await other.query('BEGIN');
    const [othersPid, after] = [await pidOf(other), await pidOf(client)];
    await other.query('COMMIT');
    if (before === after && before !== othersPid) return undefined;
    return {
      reason: `${pooler} does not keep the settings of a session: it is in transaction mode.`,
      ...inSessionMode,
    };
  } catch (error) {
    const { message } = error as Error;
    if (message.includes('statement pooling'))
      return { reason: `${pooler} allows no transactions: it is in statement mode.`, ...inSessionMode };
    if (/^Query read timeout|query_wait_timeout|timeout expired/.test(message))
      return {
        reason: `${pooler} has no free connection to PostgreSQL.`,
        advice: 'Raise default_pool_size of PgBouncer above the connections of all processes (DATABASE_CONNECTIONS).',
      };
    return explainPostgres(url, error);
  } finally {
    await other.end().catch(() => undefined);
  }
}

/**
 * @param isStart a full Redis is then no fault: the workers that start empty it
 */
export async function findRedisFault(
  url: string,
  namespace = 'freshet',
  isStart = false,
): Promise<ConnectionFault | undefined> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: RESPONSE_TIMEOUT_MS,
    commandTimeout: RESPONSE_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // ioredis reports the cause as an `error` event; the promises only reject with "Connection is closed."
  let cause: Error | undefined;
  redis.on('error', (error: Error) => (cause ??= error));
  try {
    await redis.connect();
    await redis.ping();
    // Writes nothing, but is refused like a write. A user who may not run it may still run what a shop needs.
    await redis.setrange(`{${namespace}}:check`, 0, '').catch((error: Error) => {
      if (isRedisRefusal(error) && !(isStart ? /^(NOPERM|OOM)/ : /^NOPERM/).test(error.message)) throw error;
    });
  } catch (error) {
    cause ??= error as Error;
  } finally {
    redis.disconnect();
  }
  return cause && explainRedis(url, cause);
}

/** @param error the error of the connection attempt */
export function explainPostgres(url: string, error: unknown): ConnectionFault {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const server = `PostgreSQL at ${hostAndPort(url, 5432)}`;
  if (code === '3D000')
    return {
      reason: `${server} has no database ${quoted(databaseOf(url))}.`,
      advice: 'Create it with createdb, or correct the name.',
    };
  if (message.includes('unsupported startup parameter'))
    return {
      reason: `${server} is a pooler that refuses a parameter: ${message}.`,
      advice: 'Remove it from the address, or add it to ignore_startup_parameters of PgBouncer.',
    };
  if (message.startsWith('server login failed') || message.includes('server_login_retry'))
    return {
      reason: `the pooler at ${hostAndPort(url, 5432)} can't log in to PostgreSQL: ${message}.`,
      advice: 'Check the user and the password in auth_file of PgBouncer, and that the user may log in.',
    };
  if (code.startsWith('28') || message.includes('client password must be a string'))
    return {
      reason: `${server} rejects the login: ${code === '' ? 'it requires a password' : message}.`,
      advice: 'Check the user name and the password, and that the user may log in (LOGIN, pg_hba.conf).',
    };
  if (code === '25006') return readOnlyFault(url, false);
  if (message.includes('does not support SSL'))
    return { reason: `${server} does not accept TLS.`, advice: 'Remove sslmode, or turn on ssl in PostgreSQL.' };
  if (code === '57P03') return { reason: `${server} is not ready: ${message}.`, advice: 'Try again in a moment.' };
  return (
    explainNetwork(url, 5432, 'PostgreSQL', error) ?? {
      reason: `${server} can't be used: ${withoutPassword(url, message)}.`,
      advice: 'Check the address, and the log of PostgreSQL.',
    }
  );
}

/** How the messages of a Redis that refuses writes begin, what they mean, and what to do. */
const REDIS_STATES = [
  ['READONLY', 'is a replica, which takes no writes', 'Use the address of the master, or run REPLICAOF NO ONE.'],
  ['NOREPLICAS', 'takes no writes, because it has too few replicas', 'Start them, or set min-replicas-to-write 0.'],
  ['MASTERDOWN', 'is a replica without its master', 'Use the address of the master.'],
  ['MISCONF', 'takes no writes, because it can’t save its data', 'Check its disk and its log.'],
  ['OOM', 'is full', 'Raise maxmemory.'],
  ['CLUSTERDOWN', 'belongs to a cluster that is down', 'Use a Redis without cluster mode.'],
  ['BUSY', 'runs a script that does not end', 'Run SCRIPT KILL.'],
] as const;

/** @param error the error of the connection attempt */
function explainRedis(url: string, error: unknown): ConnectionFault {
  const { message } = error as Error;
  const server = `Redis at ${hostAndPort(url, 6379)}`;
  if (/^(WRONGPASS|NOAUTH|NOPERM|ERR AUTH|ERR invalid password)/.test(message))
    return {
      reason: `${server} ${message.startsWith('NOAUTH') ? 'requires a password' : 'rejects the user name or the password'}.`,
      advice: 'The address has the form redis://:PASSWORD@HOST:PORT.',
    };
  if (message.includes('DB index is out of range'))
    return { reason: `${server} has no database ${quoted(databaseOf(url))}.`, advice: 'Omit the number, or use 0.' };
  if (message.startsWith('LOADING'))
    return { reason: `${server} is not ready: it is loading its data.`, advice: 'Try again in a moment.' };
  for (const [start, why, advice] of REDIS_STATES)
    if (message.startsWith(start)) return { reason: `${server} ${why} (${start}).`, advice };
  return (
    explainNetwork(url, 6379, 'Redis', error) ?? {
      reason: `${server} can't be used: ${withoutPassword(url, message)}.`,
      advice: 'Check the address, and the log of Redis.',
    }
  );
}

function explainNetwork(url: string, defaultPort: number, kind: string, error: unknown): ConnectionFault | undefined {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const hostPort = hostAndPort(url, defaultPort);
  const addressAdvice = { advice: 'Check the host and the port.' };
  if (code === 'ECONNREFUSED' || code === 'ENOENT')
    return {
      reason: `no server listens at ${hostPort} (${code}).`,
      advice: `Check the host and the port, and that ${kind} is running.`,
    };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return {
      reason: `the host ${quoted(new URL(url).hostname)} is not known (${code}).`,
      advice: 'Check its spelling.',
    };
  if (code === 'EPROTO' || code.startsWith('ERR_SSL'))
    return { reason: `the server at ${hostPort} does not speak TLS.`, advice: 'Use an address without TLS.' };
  if (/CERT|SELF_SIGNED|UNABLE_TO_/.test(code))
    return {
      reason: `the TLS certificate of ${hostPort} is not trusted (${code}).`,
      advice: 'Add its authority with NODE_EXTRA_CA_CERTS, or use the host name that the certificate is for.',
    };
  if (code === 'ETIMEDOUT' || /tim(e|ed) ?out/i.test(message)) {
    const tls = new URL(url).protocol === 'rediss:' ? ' If it does not speak TLS, use redis://.' : '';
    return {
      reason: `${hostPort} does not answer as ${kind} within ${RESPONSE_TIMEOUT_MS / 1_000} s.${tls}`,
      ...addressAdvice,
    };
  }
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL')
    return { reason: `${hostPort} can't be reached (${code}).`, ...addressAdvice };
  if (code === 'ECONNRESET' || code === 'EPIPE' || /^Connection (is closed|terminated)|Unknown RESP type/.test(message))
    return { reason: `the server at ${hostPort} does not answer as ${kind}.`, ...addressAdvice };
  return undefined;
}

/** Returns the host and the port, without user name and password. */
function hostAndPort(url: string, defaultPort: number): string {
  const { hostname, port: urlPort, searchParams } = new URL(url);
  return `${hostname || searchParams.get('host') || 'localhost'}:${urlPort || defaultPort}`;
}

function databaseOf(url: string): string {
  const name = new URL(url).pathname.slice(1);
  return name === '' ? decodeURIComponent(new URL(url).username) : decodeURIComponent(name);
}

const quoted = (text: string) => JSON.stringify(text);

/** Returns the first line of a message, with the password masked. */
function withoutPassword(url: string, message: string): string {
  const { password } = new URL(url);
  const [line = ''] = message.split('\n');
  if (password === '') return line;
  return line.replaceAll(password, '***').replaceAll(decodeURIComponent(password), '***');
}
