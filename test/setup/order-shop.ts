import type { Pool } from 'pg';
import { connectPostgres } from '../../src/platform/postgres';
import { ids, LIST, UPSERT, type ListAnswer } from './operations';
import { ORDERS, type Recorded } from './order-operations';
import { startApi, startWorker, type ShopProcess } from './processes';
import { testNamespace, type TestNamespace } from './shop';

/** A shop with an API process, a worker and products, for the tests of a file about orders. */
export function orderShop(products: readonly object[]) {
  let shop: TestNamespace;
  let pool: Pool;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    worker = startWorker(shop);
    api = await startApi(shop);
    await api.client.data(UPSERT, { products });
  });

  afterAll(async () => {
    await api.client.close();
    await Promise.all([api.stop(), worker.stop()]);
    await pool.end();
    await shop.drop();
  });

  const client = () => api.client;
  const record = async (...orders: object[]) => (await client().data<Recorded>(ORDERS, { orders })).recordOrders;
  /** Records orders without an error. */
  const taken = async (...orders: object[]) => {
    const recorded = await record(...orders);
    expect(recorded.errors).toEqual([]);
    return recorded;
  };
  const list = async (input: object) => ids(await client().data<ListAnswer>(LIST, { input, first: 20 }));
  return { client, pool: () => pool, record, taken, list };
}
