import { CREATE_KEY, LIST, LIVE, RECORD, START_SESSION, UPSERT } from '../setup/operations';
import type {
  CreateKeyAnswer,
  ListAnswer,
  LiveAnswer,
  RecordAnswer,
  StartSessionAnswer,
  UpsertAnswer,
} from '../setup/operations';
import type { GraphqlClient } from '../setup/graphql-client';
import { startApi, startWorker, type ShopProcess } from '../setup/processes';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { until } from '../setup/until';

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

describe('answers that are kept', () => {
  let shop: TestNamespace;
  let api: ShopProcess & { port: number; client: GraphqlClient };
  let worker: ShopProcess;
  let client: GraphqlClient;

  const ask = async (input: object, by = client) => (await by.data<PlainAnswer>(PLAIN, { input })).recommendations;
  const record = async (...events: object[]) => (await client.data<RecordAnswer>(RECORD, { events })).recordEvents;
  const idsOf = ({ nodes }: { nodes: readonly { id: string }[] }) => nodes.map(({ id }) => id);

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorker(shop);
    api = await startApi(shop);
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

  it('are given again, word for word, to who asks again', async () => {
    const input = { intent: 'PERSONAL', customerId: 'c1' };
    const first = await ask(input);
    expect(first.nodes.length).toBeGreaterThan(5);
    expect(await ask(input)).toEqual(first);
    expect((await ask({ ...input, customerId: 'c2' })).requestId).not.toBe(first.requestId);
    const asked = await client.data<ListAnswer>(LIST, { input, first: 2 });
    expect(asked.recommendations.edges.every(({ reasons }) => reasons.length > 0)).toBe(true);
    const again = await client.data<ListAnswer>(LIST, { input, first: 2 });
    expect(again).toEqual(asked);
    const after = again.recommendations.pageInfo.endCursor;
    const next = await client.data<ListAnswer>(LIST, { input, first: 2, after });
    expect(next.recommendations.edges.map(({ rank }) => rank)).toEqual([3, 4]);
  });

  it('go with the next event of the customer', async () => {
    const input = { intent: 'RECENTLY_VIEWED', customerId: 'viewer' };
    for (const id of ['p3', 'p7', 'p5']) {
      await ask(input);
      const { receipt } = await record({ type: 'VIEW', customerId: 'viewer', productId: id });
      // Another request waits for the event, and this one has been asked before.
      await ask({ ...input, awaitReceipt: receipt });
      expect(idsOf(await ask(input))[0]).toBe(id);
    }
  });

  it('go with a change of the catalogue', async () => {
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

  it('follow what others do within a second, and at once where somebody has waited for it', async () => {
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
    // Again and again the same question: what it gets is a second old at the most.
    const since = Date.now();
    const answer = await until(
      () => ask(input),
      (list) => idsOf(list)[0] === 'p1',
      5_000,
    );
    expect(answer.nodes.length).toBeGreaterThan(5);
    expect(Date.now() - since).toBeLessThan(3_000);
  });

  it('are no beginning of a live list: that is as things are, or what comes next', async () => {
    const input = { intent: 'POPULAR' };
    await ask(input);
    const events = Array.from({ length: 30 }, (_, n) => ({
      type: 'PURCHASE',
      source: 'ORDERS',
      customerId: `crowd${n}`,
      productId: 'p9',
    }));
    await record(...events);
    // Another question each time, so that nothing can be kept.
    let n = 0;
    await until(
      () => ask({ ...input, exclude: [`${++n}`] }),
      (list) => idsOf(list)[0] === 'p9',
      5_000,
    );
    // The page has its list from before.
    const live = client.subscribe<LiveAnswer>(LIVE, { input, first: 3 });
    const { value } = (await live.next()) as { value: { data: LiveAnswer } };
    expect(value.data.recommendationsUpdated.nodes[0].id).toBe('p9');
    await live.return?.();
  });

  it('are nobody else’s', async () => {
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

  it('are kept only where all of it can be', async () => {
    const both = `{ recommendations(input: { intent: POPULAR }) { requestId } products(first: 1) { nodes { title } } }`;
    const one = await client.data<PlainAnswer>(both);
    expect((await client.data<PlainAnswer>(both)).recommendations.requestId).not.toBe(one.recommendations.requestId);
    const inputs = [{ intent: 'PERSONAL', customerId: 'c1' }, { intent: 'POPULAR' }];
    const rails = await client.data(RAILS, { inputs });
    expect(await client.data(RAILS, { inputs })).toEqual(rails);
    const { receipt } = await record({ type: 'VIEW', customerId: 'c1', productId: 'p8' });
    await ask({ intent: 'PERSONAL', customerId: 'c1', awaitReceipt: receipt });
    expect(await client.data(RAILS, { inputs })).not.toEqual(rails);
  });
});
