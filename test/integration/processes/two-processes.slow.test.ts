import type { Pool } from 'pg';
import { connectPostgres } from '../../../src/platform/postgres';
import type { GraphqlClient } from '../../setup/graphql-client';
import {
  ids,
  LIST,
  LIVE,
  RECORD,
  UPSERT,
  type ListAnswer,
  type LiveAnswer,
  type RecordAnswer,
  type UpsertAnswer,
} from '../../setup/operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const products = [...Array(24).keys()].map((n) => ({ id: `product-${n}`, title: `Product ${n}` }));
/** Returns the fencing tokens of the leases with which the learner of a worker has begun to learn. */
const learnerTokens = (worker: OwnProcess) =>
  worker
    .log()
    .split('\n')
    .filter((line) => line.includes('"msg":"learning"') && line.endsWith('}'))
    .map((line) => (JSON.parse(line) as { token: number }).token);

describe('two API processes and two worker processes on one shop', () => {
  let shop: TestNamespace;
  let one: OwnProcess & { client: GraphqlClient };
  let two: OwnProcess & { client: GraphqlClient };
  let workers: OwnProcess[];
  let pool: Pool;

  /** Waits until a worker has logged that it learns with the current lease. @returns the token and that worker */
  const currentLearner = () =>
    until(
      async () => {
        const { rows } = await pool.query<{ token: number }>(`SELECT token FROM leases WHERE name = 'learner'`);
        const token = rows.at(0)?.token ?? 0;
        return { token, worker: workers.find((worker) => learnerTokens(worker).includes(token)) };
      },
      ({ worker }) => worker !== undefined,
    ) as Promise<{ token: number; worker: OwnProcess }>;
  const record = async (client: GraphqlClient, events: object[]) => {
    const { recordEvents } = await client.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents.errors).toEqual([]);
    return recordEvents.receipt;
  };
  const list = ({ client }: { client: GraphqlClient }, input: object, more: object = {}) =>
    client.data<ListAnswer>(LIST, { input, ...more });
  /** Records eight visitors who view both. */
  const together = (a: string, b: string) =>
    [...Array(8).keys()].flatMap((n) =>
      [a, b].map((productId) => ({ type: 'VIEW', sessionId: `${a} ${b} ${n}`, productId })),
    );

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 1 });
    workers = [startWorkerProcess(shop), startWorkerProcess(shop)];
    [one, two] = await Promise.all([startApiProcess(shop), startApiProcess(shop)]);
    await one.client.data<UpsertAnswer>(UPSERT, { products });
    await currentLearner();
  });

  afterAll(async () => {
    await Promise.all([one.client.close(), two.client.close()]);
    const living = [one, two, ...workers].filter(({ child }) => child.signalCode === null);
    expect(await Promise.all(living.map((process) => process.stop()))).toEqual(living.map(() => 0));
    await pool.end();
    await shop.drop();
  });

  it('have one learner', async () => {
    const { token, worker } = await currentLearner();
    const [other] = workers.filter((each) => each !== worker);
    expect(learnerTokens(other)).not.toContain(token);
    // Usually there is one lease. On a busy machine, the learner may have lost its lease to the other worker before.
    const tokens = workers.flatMap(learnerTokens);
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  it('read at one process what was written at the other, with its receipt awaited there', async () => {
    const view = (productId: string) => [{ type: 'VIEW', customerId: 'reader', productId }];
    const input = { intent: 'RECENTLY_VIEWED', customerId: 'reader' };
    for (const [n, [at, other]] of [
      [one, two],
      [two, one],
      [one, two],
    ].entries()) {
      const awaitReceipt = await record(at.client, view(`product-${n}`));
      const expected = [...Array(n + 1).keys()].reverse().map((m) => `product-${m}`);
      expect(ids(await list(other, { ...input, awaitReceipt }))).toEqual(expected);
    }
  });

  it('notify the subscribers of one process immediately of an event recorded at the other', async () => {
    const stream = two.client.subscribe<LiveAnswer>(LIVE, {
      input: { intent: 'RECENTLY_VIEWED', customerId: 'watched' },
    });
    expect((await stream.next()).value.data.recommendationsUpdated.nodes).toEqual([]);
    const awaitReceipt = await record(one.client, [{ type: 'VIEW', customerId: 'watched', productId: 'product-5' }]);
    expect((await stream.next()).value.data.recommendationsUpdated.nodes).toEqual([{ id: 'product-5' }]);
    await stream.return?.();
    await list(one, { intent: 'POPULAR', awaitReceipt });
  });

  it('open a cursor of one at the other: the next page of the same list', async () => {
    const input = { intent: 'POPULAR' };
    const whole = ids(await list(one, input, { first: 20 }));
    const page = await list(one, input, { first: 10 });
    // The continued list is the one that was served, even if other products have become popular since.
    const awaitReceipt = await record(
      one.client,
      [...Array(60).keys()].map((n) => ({ type: 'ADD_TO_CART', sessionId: `crowd-${n}`, productId: whole[19] })),
    );
    expect(ids(await list(two, { ...input, awaitReceipt }))[0]).toBe(whole[19]);
    const next = await list(two, input, { first: 10, after: page.recommendations.pageInfo.endCursor });
    expect([...ids(page), ...ids(next)]).toEqual(whole);
    expect(next.recommendations.requestId).toBe(page.recommendations.requestId);
    expect(next.recommendations.edges.map(({ rank }) => rank)).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  });

  it('find at one a product that was upserted at the other', async () => {
    const { upsertProducts } = await one.client.data<UpsertAnswer>(UPSERT, {
      products: [{ id: 'brand-new', title: 'Brand new' }],
    });
    await list(two, { intent: 'POPULAR', awaitReceipt: upsertProducts.receipt });
    expect(await two.client.data('{ product(id: "brand-new") { title } }')).toEqual({
      product: { title: 'Brand new' },
    });
  });

  it('continue to learn when the worker with the learner is killed', async () => {
    const before = await record(one.client, together('product-10', 'product-11'));
    for (const api of [one, two]) {
      const similar = await list(api, { intent: 'SIMILAR', productIds: ['product-10'], awaitReceipt: before });
      expect(ids(similar)[0]).toBe('product-11');
    }
    const { token, worker: learning } = await currentLearner();
    const [other] = workers.filter((worker) => worker !== learning);
    await learning.kill();
    await record(two.client, together('product-20', 'product-21'));
    await Promise.all(
      [one, two].map((api) =>
        until(
          () => list(api, { intent: 'SIMILAR', productIds: ['product-20'] }),
          ({ recommendations: { edges } }) =>
            edges[0]?.node.id === 'product-21' && edges[0].reasons.some(({ source }) => source === 'co-interest'),
        ),
      ),
    );
    expect(learning.child.signalCode).toBe('SIGKILL');
    await until(
      () => learnerTokens(other),
      (tokens) => tokens.some((each) => each > token),
    );
    // The state learned before is still there.
    expect(ids(await list(two, { intent: 'SIMILAR', productIds: ['product-10'] }))[0]).toBe('product-11');
  });
});
