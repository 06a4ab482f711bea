import { Redis } from 'ioredis';
import type { Logger } from './log';

export type { Redis } from 'ioredis';

/** A second at most, however long it was away: lists have to be live again within seconds of its return. */
export const retryStrategy = (times: number): number => Math.min(50 * 2 ** Math.min(times, 6), 1_000);

/** A Redis that takes longer is as good as gone: nothing that asks it may wait with it. */
const COMMAND_MS = 1_000;

/**
 * A connection for commands that may be lost: with Redis down they fail at once instead of waiting,
 * because nothing acknowledged may depend on them.
 */
export function connectRedis(url: string, log: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: COMMAND_MS,
    retryStrategy,
  });
  return withLog(redis, log);
}

/** A connection that only listens; it reconnects and subscribes again by itself. */
export function connectSubscriber(url: string, log: Logger): Redis {
  return withLog(new Redis(url, { maxRetriesPerRequest: null, connectTimeout: 2_000, retryStrategy }), log);
}

function withLog(redis: Redis, log: Logger): Redis {
  let said = false;
  redis.on('error', (error: Error) => {
    if (!said) log.warn({ error: error.message }, 'Redis is not reachable');
    said = true;
  });
  redis.on('ready', () => {
    if (said) log.info('Redis is back');
    said = false;
  });
  return redis;
}
