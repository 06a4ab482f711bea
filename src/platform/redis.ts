import { Redis } from 'ioredis';
import type { Logger } from './log';

export type { Redis } from 'ioredis';

/**
 * Returns the milliseconds until the next attempt to connect. The delay doubles up to one second, no matter how long
 * Redis was unreachable, because live lists must resume within seconds of its return.
 */
export const retryStrategy = (attempt: number): number => Math.min(50 * 2 ** attempt, 1_000);

/** Time between two reconnects to a Redis that is a replica. */
const RECONNECT_MS = 10_000;

/** Timeout of a command. A Redis that takes longer counts as unreachable, because no caller may wait longer. */
const COMMAND_MS = 1_000;

/** Message of ioredis' error when a command times out. */
const TIMEOUT_MESSAGE = 'Command timed out';

/**
 * Creates a connection for commands that may be lost, because no acknowledged write depends on them. While Redis is
 * down, they fail immediately.
 */
export function connectRedis(url: string, log: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: COMMAND_MS,
    retryStrategy,
    reconnectOnError: reconnectToMaster(),
  });
  return withLog(redis, log);
}

/**
 * Returns a function that lets ioredis connect again, now and then, while Redis is a replica: after a failover, the host
 * name may lead to another server.
 */
export function reconnectToMaster(): (error: Error) => boolean {
  let reconnectedAt = -Infinity;
  return (error) => {
    if (!/(^|[ -])READONLY /.test(error.message) || performance.now() - reconnectedAt < RECONNECT_MS) return false;
    reconnectedAt = performance.now();
    return true;
  };
}

/** Creates a connection for subscriptions only. It reconnects and resubscribes automatically. */
export function connectSubscriber(url: string, log: Logger): Redis {
  return withLog(new Redis(url, { maxRetriesPerRequest: null, connectTimeout: 2_000, retryStrategy }), log);
}

/**
 * Logs the first error of an outage, and its end. A command also times out when this process itself was busy for that
 * long while the response waited. A timeout therefore counts only if the next attempt to connect fails too.
 */
function withLog(redis: Redis, log: Logger): Redis {
  let failures = 0;
  let isReported = false;
  redis.on('error', (error: Error) => {
    failures++;
    if (isReported || (error.message === TIMEOUT_MESSAGE && failures === 1)) return;
    log.warn({ error: error.message }, 'Redis is not reachable');
    isReported = true;
  });
  redis.on('ready', () => {
    if (isReported) log.info('Redis is reachable again');
    failures = 0;
    isReported = false;
  });
  return redis;
}
