import {
  ids,
  LIST,
  LIVE,
  MERGE,
  RECORD,
  UPSERT,
  type ListAnswer,
  type LiveAnswer,
  type MergeAnswer,
  type RecordAnswer,
} from '../../setup/operations';
import type { GraphqlClient } from '../../setup/graphql-client';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { replayed } from '../../setup/replay-command';
import { testNamespace, type TestNamespace } from '../../setup/shop';

describe('a visitor who signs in', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;
  let client: GraphqlClient;

  const record = async (events: object[]) => {
    const { recordEvents } = await client.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents.errors).toEqual([]);
    return recordEvents.receipt;
  };
  const list = async (input: object) => ids(await client.data<ListAnswer>(LIST, { input, first: 50 }));
  const viewed = (who: object, awaitReceipt?: string | null) =>
    list({ intent: 'RECENTLY_VIEWED', awaitReceipt, ...who });
  const merge = async (input: object) => (await client.data<MergeAnswer>(MERGE, { input })).mergeCustomer;
  let clock = Date.now() - 3_600_000;
  const view = (who: object, productId: string) => ({
    type: 'VIEW',
    productId,
    occurredAt: new Date((clock += 1_000)).toISOString(),
    ...who,
  });
  const visit = { sessionId: 'visit' };
  const mia = { customerId: 'mia' };

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorker(shop);
    api = await startApi(shop);
    client = api.client;
    await client.data(UPSERT, { products: ['a', 'b', 'c', 'd'].map((id) => ({ id, title: id.toUpperCase() })) });
    await record([view(mia, 'a'), view(visit, 'b'), view(visit, 'a'), view({ customerId: 'other' }, 'c')]);
    expect(await viewed(visit, await record([view(visit, 'c')]))).toEqual(['c', 'a', 'b']);
  });

  afterAll(async () => {
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  it('brings their viewed products immediately into lists and live lists', async () => {
    const stream = client.subscribe<LiveAnswer>(LIVE, { input: { intent: 'RECENTLY_VIEWED', ...mia } });
    const next = async () =>
      (await stream.next()).value.data.recommendationsUpdated.nodes.map((node: { id: string }) => node.id);
    expect(await next()).toEqual(['a']);
    const { receipt, errors } = await merge({ fromSessionId: 'visit', intoCustomerId: 'mia' });
    expect(errors).toEqual([]);
    expect(await next()).toEqual(['c', 'a', 'b']);
    await stream.return?.();
    expect(await viewed(mia, receipt)).toEqual(['c', 'a', 'b']);
  });

  it('leaves nothing visible to an earlier token, and separates later events under it', async () => {
    expect(await viewed(visit)).toEqual([]);
    const receipt = await record([view(visit, 'd')]);
    expect(await viewed(visit, receipt)).toEqual(['d']);
    expect(await viewed(mia)).toEqual(['c', 'a', 'b']);
  });

  it('counts as one customer instead of two who wanted the same', async () => {
    // mia and her visit both wanted a: now one customer wants a, b and c, and another wants c.
    const { recommendations } = await client.data<ListAnswer>(LIST, {
      input: { intent: 'SIMILAR', productIds: ['a'] },
    });
    const [b, c] = recommendations.edges;
    expect([b.node.id, c.node.id]).toEqual(['b', 'c']);
    expect(b.score).toBeGreaterThan(c.score);
    expect(await client.data('{ customer(id: "mia") { history { nodes { productId sessionId } } } }')).toEqual({
      customer: {
        history: {
          nodes: [
            { productId: 'c', sessionId: 'visit' },
            { productId: 'a', sessionId: 'visit' },
            { productId: 'b', sessionId: 'visit' },
            { productId: 'a', sessionId: null },
          ],
        },
      },
    });
  });

  it('may be merged twice, and again when there is more', async () => {
    const again = { fromSessionId: 'visit', intoCustomerId: 'mia' };
    expect(await viewed(mia, (await merge(again)).receipt)).toEqual(['d', 'c', 'a', 'b']);
    const { receipt } = await merge(again);
    expect((await merge(again)).receipt).toBe(receipt);
  });

  it('gets the events acknowledged before the merge, even if they were still in the inbox', async () => {
    for (let n = 0; n < 20; n++) {
      const who = { sessionId: `hasty-${n}` };
      await record([view(who, 'a')]);
      const { receipt } = await merge({ fromSessionId: who.sessionId, intoCustomerId: `hasty-${n}` });
      expect(await viewed({ customerId: `hasty-${n}` }, receipt)).toEqual(['a']);
    }
  });

  it('can be merged into another account, with all earlier merges', async () => {
    const { receipt } = await merge({ fromCustomerId: 'mia', intoCustomerId: 'maria' });
    expect(await viewed({ customerId: 'maria' }, receipt)).toEqual(['d', 'c', 'a', 'b']);
    expect(await viewed(mia)).toEqual([]);
    // And back: positions separate which events belong to whom.
    const back = await merge({ fromCustomerId: 'maria', intoCustomerId: 'mia' });
    expect(await viewed(mia, back.receipt)).toEqual(['d', 'c', 'a', 'b']);
  });

  it('reports invalid arguments', async () => {
    const wrong = [
      [{ intoCustomerId: 'x' }, 'fromCustomerId'],
      [{ fromCustomerId: 'a', fromSessionId: 'b', intoCustomerId: 'x' }, 'fromCustomerId'],
      [{ fromCustomerId: 'x', intoCustomerId: 'x' }, 'intoCustomerId'],
    ] as const;
    for (const [input, field] of wrong) {
      expect(await merge(input)).toEqual({ receipt: null, errors: [{ code: 'BAD_USER_INPUT', path: field }] });
    }
  });

  it('is the same after a restart, and in a replay of the log', async () => {
    const input = { intent: 'SIMILAR', productIds: ['a'] };
    const before = [await viewed(mia), await list(input)];
    await client.close();
    await Promise.all([api.stop(), worker.stop()]);
    expect(await replayed(shop)).toMatchObject({ equal: true });
    worker = startWorker(shop);
    api = await startApi(shop);
    client = api.client;
    expect([await viewed(mia), await list(input)]).toEqual(before);
  });
});
