import { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { connectPostgres } from '../../src/platform/postgres';
import { ids, LIST, RECORD, UPSERT, type ListAnswer, type RecordAnswer } from './operations';
import { IN_HOST, type ShopProcess } from './processes';
import { testNamespace, type TestNamespace } from './shop';

export const ERASE = `mutation($customerId: ID!) {
  eraseCustomer(input: { customerId: $customerId }) { receipt status removedEvents keptOrderLines notReached errors { code path } }
}`;

export interface Erased {
  readonly eraseCustomer: {
    readonly receipt: string;
    readonly status: 'PENDING' | 'DONE' | null;
    readonly removedEvents: number;
    readonly keptOrderLines: number;
    readonly notReached: readonly string[];
    readonly errors: readonly object[];
  };
}

export const DAY = 86_400_000;

/**
 * A shop with two API processes, a worker and the products a to d for the tests of a file, with functions that find a
 * person's data in every place.
 * @param start how its processes are started: in the shop host by default
 */
export function erasureShop(
  env: NodeJS.ProcessEnv = { ERASURE_INTERVAL_MS: '0' },
  { startApi, startWorker } = IN_HOST,
) {
  let shop: TestNamespace;
  let pool: Pool;
  let redis: Redis;
  let apis: Awaited<ReturnType<typeof startApi>>[];
  let worker: ShopProcess | undefined;
  let clock = Date.now() - 2 * DAY;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
    redis = new Redis(shop.redisUrl);
    worker = startWorker(shop, env);
    apis = await Promise.all([startApi(shop, env), startApi(shop, env)]);
    await client().data(UPSERT, { products: ['a', 'b', 'c', 'd'].map((id) => ({ id, title: id.toUpperCase() })) });
  });

  afterAll(async () => {
    await Promise.all([...apis.map((api) => api.stop()), worker?.stop()]);
    redis.disconnect();
    await pool.end();
    await shop.drop();
  });

  const client = () => apis[0].client;
  const record = async (events: object[]) => {
    const { recordEvents } = await client().data<RecordAnswer>(RECORD, { events });
    expect(recordEvents.errors).toEqual([]);
    return recordEvents.receipt;
  };
  const event = (type: string, productId: string, who: object, more: object = {}) => ({
    type,
    productId,
    occurredAt: new Date((clock += 1_000)).toISOString(),
    ...who,
    ...more,
  });
  const line = (type: string, id: string, productId: string, who: object) =>
    event(type, productId, who, { source: 'ORDERS', id, unitPrice: { amount: '2.50', currency: 'EUR' } });
  const erase = async (customerId: string) => (await client().data<Erased>(ERASE, { customerId })).eraseCustomer;
  const seen = async (api: { client: (typeof apis)[0]['client'] }, who: object, awaitReceipt?: string | null) =>
    ids(
      await api.client.data<ListAnswer>(LIST, {
        input: { intent: 'RECENTLY_VIEWED', awaitReceipt, ...who },
        first: 50,
      }),
    );
  const rows = async <T extends object>(sql: string, values: unknown[] = []) => (await pool.query<T>(sql, values)).rows;

  /** Returns where a text is: rows of tables, as text or in bytes, artefacts, and keys and values of Redis. */
  const whereFound = async (needle: string): Promise<string[]> => {
    const found: string[] = [];
    for (const table of await tables()) {
      const hits = await rows<{ row: string }>(
        `SELECT left(t::text, 2000) AS row FROM "${table}" t
         WHERE t::text LIKE '%' || $1 || '%' OR ($2 AND t::text LIKE '%' || encode(convert_to($1, 'UTF8'), 'hex') || '%')`,
        [needle, table !== 'artefact_chunks'],
      );
      found.push(...hits.map(({ row }) => `${table}: ${row}`));
    }
    const chunks = await rows<{ kind: string }>(
      `SELECT a.kind FROM artefact_chunks c JOIN artefacts a ON a.id = c.artefact_id
       WHERE position(convert_to($1, 'UTF8') IN c.bytes) > 0`,
      [needle],
    );
    found.push(...chunks.map(({ kind }) => `artefact ${kind}`));
    for (const key of await redis.keys(`*${shop.namespace}*`)) {
      const text = `${key} ${JSON.stringify(await valueOf(key))}`;
      if (text.includes(needle)) found.push(`redis ${text.slice(0, 200)}`);
    }
    return found;
  };

  const tables = async (): Promise<string[]> => {
    const found = await rows<{ name: string }>(
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1',
    );
    return found.map(({ name }) => name);
  };

  const valueOf = async (key: string): Promise<unknown> => {
    const type = await redis.type(key);
    if (type === 'string') return redis.get(key);
    if (type === 'hash') return redis.hgetall(key);
    if (type === 'list') return redis.lrange(key, 0, -1);
    if (type === 'set') return redis.smembers(key);
    if (type === 'zset') return redis.zrange(key, '0', '-1');
    if (type === 'stream') return redis.xrange(key, '-', '+');
    return null;
  };

  return {
    client,
    record,
    event,
    line,
    erase,
    seen,
    rows,
    whereFound,
    tables,
    pool: () => pool,
    shop: () => shop,
    apis: () => apis,
    now: () => clock,
    logs: () => [...apis, worker].map((each) => each?.log() ?? '').join('\n'),
    startWorker: () => void (worker = startWorker(shop, env)),
    stopWorker: async () => {
      await worker?.stop();
      worker = undefined;
    },
  };
}
