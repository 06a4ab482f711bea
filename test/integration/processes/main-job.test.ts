import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
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
import { testNamespace, type TestNamespace } from '../../setup/shop';

/** Three kinds of goods; customers of a kind buy products of that kind. */
const products = ['tea', 'tool', 'toy'].flatMap((kind) =>
  [1, 2, 3, 4, 5, 6].map((n) => ({ id: `${kind}-${n}`, title: `${kind} ${n}`, categories: [kind] })),
);

describe('events in, recommendations out, live', () => {
  let shop: TestNamespace;
  let api: ShopProcess & { port: number; client: GraphqlClient };
  let worker: ShopProcess;
  let client: GraphqlClient;

  const record = async (events: object[]) => {
    const { recordEvents } = await client.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents).toMatchObject({ accepted: events.length, errors: [] });
    return recordEvents;
  };
  const list = (input: object, more: object = {}) => client.data<ListAnswer>(LIST, { input, ...more });

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorker(shop);
    api = await startApi(shop);
    client = api.client;
    await client.data<UpsertAnswer>(UPSERT, { products });
    const tenDaysAgo = Date.now() - 10 * 86_400_000;
    const events = ['tea', 'tool', 'toy'].flatMap((kind, k) =>
      [...Array(10).keys()].flatMap((customer) =>
        [1, 2, 3, 4].map((n) => ({
          type: 'PURCHASE',
          source: 'ORDERS',
          id: `${kind}${customer}:${n}`,
          occurredAt: new Date(tenDaysAgo + n * 86_400_000 + k * 60_000 + customer * 1_000).toISOString(),
          customerId: `${kind}-buyer-${customer}`,
          productId: `${kind}-${((customer + n) % 6) + 1}`,
        })),
      ),
    );
    const { receipt } = await record(events);
    await list({ intent: 'POPULAR', awaitReceipt: receipt });
  });

  afterAll(async () => {
    await client.close();
    const codes = await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
    expect(codes).toEqual([0, 0]);
  });

  it('recommends what similar customers bought', async () => {
    const { receipt } = await record([{ type: 'VIEW', customerId: 'newcomer', productId: 'tool-1' }]);
    const answer = await list({ intent: 'PERSONAL', customerId: 'newcomer', awaitReceipt: receipt }, { first: 4 });
    expect(ids(answer).every((id) => id.startsWith('tool-'))).toBe(true);
  });

  it('gives reasons whose shares add up to 1', async () => {
    const { recommendations } = await list({ intent: 'PERSONAL', customerId: 'tea-buyer-1' });
    expect(recommendations.edges.length).toBeGreaterThan(5);
    for (const { reasons } of recommendations.edges) {
      expect(reasons.length).toBeGreaterThan(0);
      expect(reasons.reduce((sum, reason) => sum + reason.share, 0)).toBeCloseTo(1, 9);
    }
  });

  it('serves every intent, SIMILAR by co-interest and COMPLEMENTARY by co-purchase', async () => {
    // Every customer interested in tea-1 views tool-6, and none buys it with tea-1.
    const views = [...Array(8).keys()].flatMap((n) =>
      ['tea-1', 'tool-6'].map((productId) => ({ type: 'VIEW', sessionId: `v${n}`, productId })),
    );
    const { receipt } = await record(views);
    const similar = ids(await list({ intent: 'SIMILAR', productIds: ['tea-1'], awaitReceipt: receipt }));
    const complementary = ids(await list({ intent: 'COMPLEMENTARY', productIds: ['tea-1'] }));
    expect(similar).toContain('tool-6');
    expect(complementary[0]).toMatch(/^tea-/);
    expect(similar).not.toContain('tea-1');
    expect(complementary).not.toContain('tea-1');
    for (const intent of ['POPULAR', 'TRENDING']) expect(ids(await list({ intent })).length).toBe(10);
    expect(ids(await list({ intent: 'BUY_AGAIN', customerId: 'toy-buyer-0' })).sort()).toEqual([
      'toy-2',
      'toy-3',
      'toy-4',
      'toy-5',
    ]);
    expect(ids(await list({ intent: 'BASKET', productIds: ['toy-1', 'toy-2'] }))[0]).toMatch(/^toy-/);
  });

  it('lists recently viewed products, newest first, distinct, never padded', async () => {
    const at = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
    const view = (productId: string, seconds: number) => ({
      type: 'VIEW',
      customerId: 'viewer',
      productId,
      occurredAt: at(seconds),
    });
    const { receipt } = await record([view('tea-1', 50), view('toy-3', 30), view('tea-1', 10), view('tool-2', 40)]);
    const answer = await list({ intent: 'RECENTLY_VIEWED', customerId: 'viewer', awaitReceipt: receipt });
    expect(ids(answer)).toEqual(['tea-1', 'toy-3', 'tool-2']);
  });

  it('returns a useful list for a session without history and for a product without neighbours', async () => {
    expect(ids(await list({ intent: 'PERSONAL', sessionId: 'fresh' })).length).toBe(10);
    await client
      .data<UpsertAnswer>(UPSERT, { products: [{ id: 'tea-new', title: 'Newest tea', categories: ['tea'] }] })
      .then(({ upsertProducts }) => list({ intent: 'POPULAR', awaitReceipt: upsertProducts.receipt }));
    const similar = ids(await list({ intent: 'SIMILAR', productIds: ['tea-new'] }));
    // The products of its category, and nothing else.
    expect(similar.length).toBeGreaterThan(3);
    expect(similar.every((id) => id.startsWith('tea-'))).toBe(true);
    const unknown = { input: { intent: 'SIMILAR', productIds: ['tea-that-nobody-knows'] } };
    expect(await client.code(LIST, unknown)).toBe('NOT_FOUND');
    // The other lists of the request are answered.
    const { recommendationRails } = await client.data<{ recommendationRails: { nodes: object[] }[] }>(
      'query($inputs: [RecommendationsInput!]!) { recommendationRails(inputs: $inputs, first: 3) { nodes { id } } }',
      { inputs: [unknown.input, { intent: 'POPULAR' }] },
    );
    expect(recommendationRails.map(({ nodes }) => nodes.length)).toEqual([0, 3]);
  });

  it('applies exclude and includePurchased', async () => {
    const all = ids(await list({ intent: 'PERSONAL', customerId: 'tea-buyer-2' }));
    const without = ids(await list({ intent: 'PERSONAL', customerId: 'tea-buyer-2', exclude: [all[0]] }));
    expect(without).not.toContain(all[0]);
    const bought = ids(await list({ intent: 'BUY_AGAIN', customerId: 'tea-buyer-2' }));
    const fresh = ids(
      await list({ intent: 'PERSONAL', customerId: 'tea-buyer-2', includePurchased: false }, { first: 50 }),
    );
    expect(fresh.filter((id) => bought.includes(id))).toEqual([]);
  });

  it('pages through one list without repeating or skipping, also when events arrive in between', async () => {
    const input = { intent: 'PERSONAL', customerId: 'toy-buyer-1' };
    const whole = ids(await list(input, { first: 15 }));
    let page = await list(input, { first: 5 });
    const seen = ids(page);
    const { requestId } = page.recommendations;
    await record([1, 2, 3, 4, 5, 6].map((n) => ({ type: 'VIEW', customerId: 'toy-buyer-1', productId: `tool-${n}` })));
    for (let n = 0; n < 2; n++) {
      page = await list(input, { first: 5, after: page.recommendations.pageInfo.endCursor });
      expect(page.recommendations.requestId).toBe(requestId);
      seen.push(...ids(page));
    }
    expect(seen).toEqual(whole);
    expect(page.recommendations.edges.map((edge) => edge.rank)).toEqual([11, 12, 13, 14, 15]);
    const cursor = page.recommendations.pageInfo.endCursor;
    expect(await client.code(LIST, { input: { ...input, customerId: 'somebody-else' }, after: cursor })).toBe(
      'CURSOR_EXPIRED',
    );
  });

  it('pushes the whole list first, the changed one after an own event, and nothing when nothing changed', async () => {
    const input = { intent: 'RECENTLY_VIEWED', customerId: 'watcher' };
    const stream = client.subscribe<LiveAnswer>(LIVE, { input });
    const next = async () => (await stream.next()).value.data.recommendationsUpdated;
    expect((await next()).nodes).toEqual([]);
    await record([{ type: 'VIEW', customerId: 'watcher', productId: 'tea-2' }]);
    const changed = await next();
    expect(changed.nodes).toEqual([{ id: 'tea-2' }]);
    // The same product again changes no list. The next message is that of the event after it.
    await record([{ type: 'VIEW', customerId: 'watcher', productId: 'tea-2' }]);
    await record([{ type: 'VIEW', customerId: 'watcher', productId: 'toy-2' }]);
    const last = await next();
    expect(last.nodes).toEqual([{ id: 'toy-2' }, { id: 'tea-2' }]);
    expect(Number(last.revision)).toBeGreaterThan(Number(changed.revision));
    await stream.return?.();
  });

  it("sends others' changes too, coalesced: fewer messages than requests, the last one with all changes", async () => {
    const REQUESTS = 20;
    const input = { intent: 'TRENDING' };
    const crowd = (name: string, size: number, productId: string) =>
      [...Array(size).keys()].map((n) => ({ type: 'ADD_TO_CART', sessionId: `${name}-${n}`, productId }));
    await client.data<UpsertAnswer>(UPSERT, { products: [{ id: 'toy-latest', title: 'Latest toy' }] });
    const stream = client.subscribe<LiveAnswer>(LIVE, { input, first: 6 });
    const next = async () => {
      const { nodes } = ((await stream.next()).value.data as LiveAnswer).recommendationsUpdated;
      return nodes.map(({ id }) => id);
    };
    const before = await next();
    expect(before).not.toContain('toy-latest');

    // Each request moves another product to the top, so that each would cause a message.
    const receipts: (string | null)[] = [];
    for (let n = 1; n < REQUESTS; n++)
      receipts.push((await record(crowd(`crowd-${n}`, n * 4, `toy-${1 + (n % 6)}`))).receipt);
    receipts.push((await record(crowd('last-crowd', 150, 'toy-latest'))).receipt);
    // Each request is awaited, because the log may have them in another order.
    for (const awaitReceipt of receipts) await list({ intent: 'POPULAR', awaitReceipt });
    const changed = ids(await list(input, { first: 6 }));
    expect(changed).toContain('toy-latest');
    const messages = [await next()];
    while (messages.at(-1)?.join() !== changed.join()) messages.push(await next());
    expect(messages[0]).not.toEqual(before);
    expect(messages.length).toBeLessThan(REQUESTS);

    // The same list is not sent again. The next message is that of another change.
    const { receipt } = await record(crowd('other-crowd', 300, 'tool-5'));
    expect(await next()).not.toEqual(changed);
    await list({ intent: 'POPULAR', awaitReceipt: receipt });
    await stream.return?.();
  });

  it('gives the same lists after a restart', async () => {
    const inputs = [
      { intent: 'PERSONAL', customerId: 'tea-buyer-3' },
      { intent: 'SIMILAR', productIds: ['tea-1'] },
      { intent: 'COMPLEMENTARY', productIds: ['toy-1'] },
      { intent: 'POPULAR' },
      { intent: 'BUY_AGAIN', customerId: 'toy-buyer-0' },
    ];
    const answers = () => Promise.all(inputs.map(async (input) => ids(await list(input))));
    const before = await answers();
    await client.close();
    await Promise.all([api.stop(), worker.stop()]);
    worker = startWorker(shop);
    api = await startApi(shop);
    client = api.client;
    expect(await answers()).toEqual(before);
  });
});
