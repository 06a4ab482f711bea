/** Checks whether the PostgreSQL and the Redis of the settings are usable, and explains why not and what to do. */
import { Client } from 'pg';
import { Redis } from 'ioredis';
import { ConfigError } from '../config';

/** The reason why a server is unusable, and what to do. Neither sentence contains a password. */
export interface ConnectionFault {
  readonly reason: string;
  readonly advice: string;
}

interface Addresses {
  readonly databaseUrl?: string | undefined;
  readonly redisUrl?: string | undefined;
}

/** Timeout of each check. A healthy server answers in milliseconds. */
const RESPONSE_TIMEOUT_MS = 4_000;

/**
 * Checks each configured server by connecting to it. Call it before the process starts, migrates or writes anything.
 * @throws ConfigError with one line for each unusable server
 */
export async function requireReachable<A extends Addresses>(addresses: A): Promise<A> {
  const { databaseUrl, redisUrl } = addresses;
  const [postgres, redis] = await Promise.all([
    databaseUrl === undefined ? undefined : findPostgresFault(databaseUrl),
    redisUrl === undefined ? undefined : findRedisFault(redisUrl),
  ]);
  const line = (name: string, { reason, advice }: ConnectionFault) => `${name}: ${reason} ${advice}`;
  const faults = [...(postgres ? [line('DATABASE_URL', postgres)] : []), ...(redis ? [line('REDIS_URL', redis)] : [])];
  if (faults.length > 0) throw new ConfigError(faults);
  return addresses;
}

export async function findPostgresFault(url: string): Promise<ConnectionFault | undefined> {
  try {
    const client = new Client({
      connectionString: url,
      connectionTimeoutMillis: RESPONSE_TIMEOUT_MS,
      query_timeout: RESPONSE_TIMEOUT_MS,
    });
    client.on('error', () => undefined);
    await client.connect();
    await client.end();
    return undefined;
  } catch (error) {
    return explainPostgres(url, error);
  }
}

export async function findRedisFault(url: string): Promise<ConnectionFault | undefined> {
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
  if (code.startsWith('28') || message.includes('client password must be a string'))
    return {
      reason: `${server} rejects the login: ${code === '' ? 'it requires a password' : message}.`,
      advice: 'Check the user name and the password.',
    };
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
