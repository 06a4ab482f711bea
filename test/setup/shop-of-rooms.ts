import { startApi } from '../../src/api';
import { readConfig } from '../../src/config';
import { connectPlatform, type Platform } from '../../src/platform/connect';
import type * as Postgres from '../../src/platform/postgres';
import type { Room } from '../../src/rooms/room';
import { startWorker } from '../../src/worker';
import { GraphqlClient } from './graphql-client';
import { ADMIN_KEY } from './processes';
import { testNamespace } from './shop';
import { PATIENCE_MS } from './until';

/** On a busy machine, one process for everything waits longer for its connections than an API process does. */
jest.mock('../../src/platform/postgres', () => {
  const postgres = jest.requireActual<typeof Postgres>('../../src/platform/postgres');
  const connectPostgres: typeof postgres.connectPostgres = (url, namespace, options) =>
    postgres.connectPostgres(url, namespace, { ...options, connectionTimeoutMs: PATIENCE_MS });
  return { ...postgres, connectPostgres };
});

export interface ShopOfRooms {
  readonly platform: Platform;
  readonly client: GraphqlClient;
  /** Returns what a route of the API answers to its admin. */
  get(route: string): Promise<unknown>;
  stopWorker(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts an API and a worker of a new shop in this process, from these rooms.
 * @param tables SQL that creates the tables of rooms which have no migration
 */
export async function openShopOfRooms(rooms: readonly Room[], tables = ''): Promise<ShopOfRooms> {
  // While Jest translates a room, connections could not be opened in time.
  await Promise.all(rooms.flatMap(({ api, worker }): unknown[] => [api?.(), worker?.()]));
  const shop = await testNamespace();
  const config = readConfig({
    DATABASE_URL: shop.databaseUrl,
    REDIS_URL: shop.redisUrl,
    NAMESPACE: shop.namespace,
    ADMIN_KEY,
    PORT: '0',
    DEMO: 'off',
    LOG_LEVEL: 'silent',
    ERASURE_INTERVAL_MS: '0',
  });
  const platform = connectPlatform(config, 'test');
  const opened = [() => shop.drop(), () => platform.close()];
  const close = async () => {
    for (const each of opened.splice(0).reverse()) await each();
  };
  try {
    await platform.pool.query(tables);
    const api = await startApi(config, rooms);
    opened.push(() => api.close());
    const worker = await startWorker(config, rooms);
    let stopped: Promise<void> | undefined;
    const stopWorker = () => (stopped ??= worker.stop());
    opened.push(stopWorker);
    const client = new GraphqlClient(api.port, { apiKey: ADMIN_KEY });
    const headers = { 'x-api-key': ADMIN_KEY };
    const get = async (route: string) => (await fetch(`http://127.0.0.1:${api.port}${route}`, { headers })).json();
    return { platform, client, get, stopWorker, close };
  } catch (error) {
    await close();
    throw error;
  }
}
