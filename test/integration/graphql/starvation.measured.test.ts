import { Client } from 'pg';
import { ids, LIST, LIVE, RECORD, UPSERT, type ListAnswer, type LiveAnswer } from '../../setup/operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import type { GraphqlClient } from '../../setup/graphql-client';
import { expectWithin } from '../../setup/measured';
import { until } from '../../setup/until';

jest.setTimeout(120_000);

const products = [...Array(6).keys()].map((n) => ({ id: `product-${n}`, title: `Product ${n}` }));
const recentlyViewed = (customerId: string) => ({ input: { intent: 'RECENTLY_VIEWED', customerId }, first: 5 });
/** Concurrent requests: many times the connections of an API process. */
const REQUESTS = 60;
const SLOW_QUERY = '{ alertWebhooks { id } }';

describe('while slow queries hold every connection for requests', () => {
  let shop: TestNamespace;
  let api: OwnProcess & { port: number; client: GraphqlClient };
  let worker: OwnProcess;
  let blocker: Client;
  let starving = true;
  let failed = 0;
  let flood: Promise<unknown>;
  let live: AsyncIterableIterator<{ data?: LiveAnswer | null }>;
  let shown: readonly string[] = [];

  const view = (customerId: string, productId: string) =>
    api.client.data(RECORD, { events: [{ type: 'VIEW', customerId, productId }] });
  const answered = async (customerId: string) =>
    ids(await api.client.data<ListAnswer>(LIST, recentlyViewed(customerId)));

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorkerProcess(shop);
    api = await startApiProcess(shop);
    await api.client.data(UPSERT, { products });
    await view('early', 'product-0');
    await until(
      () => answered('early'),
      (listed) => listed[0] === 'product-0',
    );
    live = api.client.subscribe<LiveAnswer>(LIVE, recentlyViewed('shopper'));
    void (async () => {
      for await (const { data } of live) shown = data!.recommendationsUpdated.nodes.map(({ id }) => id);
    })();
    blocker = new Client({ connectionString: shop.databaseUrl });
    await blocker.connect();
    await blocker.query(`BEGIN; LOCK TABLE "${shop.namespace}".alert_webhooks`);
    const ask = async () => {
      while (starving) if ((await api.client.send(SLOW_QUERY)).errors) failed++;
    };
    flood = Promise.all(Array.from({ length: REQUESTS }, ask));
    // A request that got no connection in time shows that none is free.
    await until(
      () => failed,
      (many) => many > REQUESTS / 2,
    );
  });

  afterAll(async () => {
    starving = false;
    await blocker.end();
    await flood;
    await api.client.close();
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    await shop.drop();
  });

  it('events are acknowledged, and live lists follow them', async () => {
    for (const { id } of products) {
      await view('shopper', id);
      await until(
        () => shown,
        ([first]) => first === id,
      );
    }
    expect((await fetch(`http://127.0.0.1:${api.port}/readyz`)).status).toBe(200);
  });

  it('lists of customers that the process has not read yet are returned', async () => {
    expect(await answered('stranger')).toEqual([]);
    await view('newcomer', 'product-3');
    await until(
      () => answered('newcomer'),
      (listed) => listed[0] === 'product-3',
    );
  });

  it('and live lists agree with the query within two seconds after it has ended', async () => {
    await view('shopper', 'product-2');
    starving = false;
    await blocker.query('COMMIT');
    await flood;
    const began = performance.now();
    await until(
      async () => [shown, await answered('shopper')],
      ([a, b]) => a[0] === 'product-2' && String(a) === String(b),
    );
    expectWithin('live lists agree with the query after a starvation', performance.now() - began, 2_000);
    expect((await api.client.send(SLOW_QUERY)).errors).toBeUndefined();
  });
});
