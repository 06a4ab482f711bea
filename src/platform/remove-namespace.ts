/** Removes a whole shop: its PostgreSQL schema and its keys in Redis. */
import { Client, escapeIdentifier } from 'pg';
import { Redis } from 'ioredis';

/** If a table stays locked for longer than this, the shop counts as in use, and removing it fails. */
const LOCK_TIMEOUT_MS = 3_000;
const REDIS_TIMEOUT_MS = 2_000;
const SCAN_COUNT = 500;

export interface RemovedNamespace {
  /** The number of PostgreSQL tables that were dropped. */
  readonly tables: number;
  /** The number of Redis keys (queues, caches) that were deleted. */
  readonly keys: number;
}

/**
 * Returns whether a process serves a namespace. Such a process subscribes to the namespace's Redis channels.
 * @throws Error if Redis does not answer
 */
export function isServed(redisUrl: string, namespace: string): Promise<boolean> {
  return withRedis(redisUrl, async (redis) => {
    const channels = await redis.pubsub('CHANNELS', `${namespace}:*`);
    return channels.length > 0;
  });
}

/**
 * Removes a namespace: first all PostgreSQL tables in one transaction, then the Redis keys.
 * @throws Error if tables are in use or Redis does not answer
 */
export async function removeNamespace(services: {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly namespace: string;
}): Promise<RemovedNamespace> {
  const { databaseUrl, redisUrl, namespace } = services;
  const tables = await dropSchema(databaseUrl, namespace);
  const keys = await withRedis(redisUrl, async (redis) => {
    let count = 0;
    for await (const keyBatch of redis.scanStream({ match: `{${namespace}}:*`, count: SCAN_COUNT })) {
      const names = keyBatch as string[];
      if (names.length > 0) count += await redis.unlink(...names);
    }
    return count;
  });
  return { tables, keys };
}

async function dropSchema(databaseUrl: string, namespace: string): Promise<number> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
    const { rows } = await client.query<{ tables: number }>(
      'SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = $1',
      [namespace],
    );
    await client.query(`DROP SCHEMA IF EXISTS ${escapeIdentifier(namespace)} CASCADE`);
    return rows[0]!.tables;
  } finally {
    await client.end();
  }
}

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, connectTimeout: REDIS_TIMEOUT_MS });
  redis.on('error', () => undefined);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
