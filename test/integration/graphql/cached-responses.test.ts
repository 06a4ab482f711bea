import { isDeepStrictEqual } from 'node:util';
import { CREATE_KEY, LIST, LIVE, RECORD, START_SESSION, UPSERT } from '../../setup/operations';
import type {
  CreateKeyAnswer,
  ListAnswer,
  LiveAnswer,
  RecordAnswer,
  StartSessionAnswer,
  UpsertAnswer,
} from '../../setup/operations';
import type { GraphqlClient } from '../../setup/graphql-client';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const PLAIN = `query($input: RecommendationsInput!) {
  recommendations(input: $input, first: 20) { requestId nodes { id title } }
}`;
const RAILS = `query($inputs: [RecommendationsInput!]!) {
  recommendationRails(inputs: $inputs, first: 3) { requestId nodes { id } }
}`;

interface PlainAnswer {
  readonly recommendations: { readonly requestId: string; readonly nodes: readonly { id: string; title: string }[] };
}

const PRODUCTS = Array.from({ length: 12 }, (_, n) => ({
  id: `p${n}`,
  title: `Product ${n}`,
  categories: [n % 2 ? 'odd' : 'even'],
  price: { amount: `${n + 1}.00`, currency: 'EUR' },
}));

describe('cached responses', () => {
  let shop: TestNamespace;
  let api: OwnProcess & { port: number; client: GraphqlClient };
  let worker: OwnProcess;
  let client: GraphqlClient;

  const ask = async (input: object, by = client) => (await by.data<PlainAnswer>(PLAIN, { input })).recommendations;
  const record = async (...events: object[]) => (await client.data<RecordAnswer>(RECORD, { events })).recordEvents;
  /**
   * Returns the response that two consecutive requests both get. Each computed response has its own id. A cached one can
   * become invalid between the two requests.
   */
  const repeated = async <T>(request: () => Promise<T>): Promise<T> => {
    const [response] = await until(
      async () => [await request(), await request()] as const,
      ([one, next]) => isDeepStrictEqual(one, next),
    );
    return response;
  };
  const idsOf = ({ nodes }: { nodes: readonly { id: string }[] }) => nodes.map(({ id }) => id);

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorkerProcess(shop);
    api = await startApiProcess(shop);
    client = api.client;
    await client.data<UpsertAnswer>(UPSERT, { products: PRODUCTS });
    const { receipt } = await record(
      ...PRODUCTS.map(({ id }, n) => ({ type: 'PURCHASE', source: 'ORDERS', customerId: `c${n % 3}`, productId: id })),
    );
    await ask({ intent: 'POPULAR', awaitReceipt: receipt });
  });

  afterAll(async () => {
    await client.close();
    const codes = await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
    expect(codes).toEqual([0, 0]);
  });

  it('are returned again, byte for byte, to the same customer', async () => {
    const input = { intent: 'PERSONAL', customerId: 'c1' };
    const first = await repeated(() => ask(input));
    expect(first.nodes.length).toBeGreaterThan(5);
    expect((await ask({ ...input, customerId: 'c2' })).requestId).not.toBe(first.requestId);
    const asked = await repeated(() => client.data<ListAnswer>(LIST, { input, first: 2 }));
    expect(asked.recommendations.edges.every(({ reasons }) => reasons.length > 0)).toBe(true);
    const after = asked.recommendations.pageInfo.endCursor;
    const next = await client.data<ListAnswer>(LIST, { input, first: 2, after });
    expect(next.recommendations.edges.map(({ rank }) => rank)).toEqual([3, 4]);
  });

  it("are invalidated by the customer's next event", async () => {
    const input = { intent: 'RECENTLY_VIEWED', customerId: 'viewer' };
    for (const id of ['p3', 'p7', 'p5']) {
      await ask(input);
      const { receipt } = await record({ type: 'VIEW', customerId: 'viewer', productId: id });
      // Another request waits for the event. This one was sent before.
      await ask({ ...input, awaitReceipt: receipt });
      expect(idsOf(await ask(input))[0]).toBe(id);
    }
  });

  it('are invalidated by a change of the catalogue', async () => {
    const input = { intent: 'POPULAR' };
    const cheap = { ...input, filter: 'product.price <= 3.0' };
    const before = await ask(input);
    expect(idsOf(await ask(cheap)).sort()).toEqual(['p0', 'p1', 'p2']);
    expect(idsOf(before)).toContain('p2');
    const change = async (product: object) => {
      const { upsertProducts } = await client.data<UpsertAnswer>(UPSERT, { products: [product] });
      await ask({ ...input, awaitReceipt: upsertProducts.receipt });
    };
    await change({ ...PRODUCTS[2], title: 'Renamed' });
    expect((await ask(input)).nodes.find(({ id }) => id === 'p2')?.title).toBe('Renamed');
    await change({ ...PRODUCTS[2], price: { amount: '9.00', currency: 'EUR' } });
    expect(idsOf(await ask(cheap)).sort()).toEqual(['p0', 'p1']);
    await change({ ...PRODUCTS[2], availability: 'OUT_OF_STOCK' });
    expect(idsOf(await ask(input))).not.toContain('p2');
    await change({ ...PRODUCTS[2], availability: 'IN_STOCK' });
    expect(idsOf(await ask(input))).toContain('p2');
  });

  it("follow other customers' events, and immediately after a request that waited for their receipt", async () => {
    const input = { intent: 'POPULAR' };
    const buy = (productId: string, times: number) =>
      record(
        ...Array.from({ length: times }, (_, n) => ({
          type: 'PURCHASE',
          source: 'ORDERS',
          customerId: `${productId} fan${n}`,
          productId,
        })),
      );
    await ask(input);
    const { receipt } = await buy('p11', 9);
    await ask({ ...input, awaitReceipt: receipt });
    expect(idsOf(await ask(input))[0]).toBe('p11');
    await buy('p1', 20);
    // The test of the list cache (`list-cache.test.ts`) proves how old a response may be.
    const answer = await until(
      () => ask(input),
      (list) => idsOf(list)[0] === 'p1',
    );
    expect(answer.nodes.length).toBeGreaterThan(5);
  });

  it('do not start a live list: it starts with the current state or the next one', async () => {
    const input = { intent: 'POPULAR' };
    await ask(input);
    const events = Array.from({ length: 30 }, (_, n) => ({
      type: 'PURCHASE',
      source: 'ORDERS',
      customerId: `crowd${n}`,
      productId: 'p9',
    }));
    await record(...events);
    // Another request each time, so that no response comes from the cache.
    let n = 0;
    await until(
      () => ask({ ...input, exclude: [`${++n}`] }),
      (list) => idsOf(list)[0] === 'p9',
    );
    // The page has its list from before.
    const live = client.subscribe<LiveAnswer>(LIVE, { input, first: 3 });
    const { value } = (await live.next()) as { value: { data: LiveAnswer } };
    expect(value.data.recommendationsUpdated.nodes[0].id).toBe('p9');
    await live.return?.();
  });

  it('are not shared between customers', async () => {
    const { createApiKey } = await client.data<CreateKeyAnswer>(CREATE_KEY, {
      input: { scope: 'STOREFRONT', name: 'page' },
    });
    const visitor = async () => {
      const key = client.as({ apiKey: createApiKey.secret });
      const { startSession } = await key.data<StartSessionAnswer>(START_SESSION);
      return client.as({ apiKey: createApiKey.secret, authorization: `Bearer ${startSession.token}` });
    };
    const [one, other] = [await visitor(), await visitor()];
    const { recordEvents } = await one.data<RecordAnswer>(RECORD, { events: [{ type: 'VIEW', productId: 'p4' }] });
    const input = { intent: 'RECENTLY_VIEWED' };
    expect(idsOf(await ask({ ...input, awaitReceipt: recordEvents.receipt }, one))).toEqual(['p4']);
    expect(idsOf(await ask(input, one))).toEqual(['p4']);
    expect(idsOf(await ask(input, other))).toEqual([]);
    expect(await client.code(PLAIN, { input: { intent: 'NONSENSE' } })).toBe('BAD_USER_INPUT');
    expect(await client.as({}).code(PLAIN, { input: { intent: 'POPULAR' } })).toBe('UNAUTHENTICATED');
  });

  it('are cached only if every part can be', async () => {
    const both = `{ recommendations(input: { intent: POPULAR }) { requestId } products(first: 1) { nodes { title } } }`;
    const one = await client.data<PlainAnswer>(both);
    expect((await client.data<PlainAnswer>(both)).recommendations.requestId).not.toBe(one.recommendations.requestId);
    const inputs = [{ intent: 'PERSONAL', customerId: 'c1' }, { intent: 'POPULAR' }];
    const rails = await repeated(() => client.data(RAILS, { inputs }));
    const { receipt } = await record({ type: 'VIEW', customerId: 'c1', productId: 'p8' });
    await ask({ intent: 'PERSONAL', customerId: 'c1', awaitReceipt: receipt });
    expect(await client.data(RAILS, { inputs })).not.toEqual(rails);
  });
});
