import type { Intent } from '../../../src/recommend/serving/intent';
import type { GraphqlClient } from '../../setup/graphql-client';
import {
  ids,
  LIST,
  RECORD,
  UPSERT,
  type ListAnswer,
  type RecordAnswer,
  type UpsertAnswer,
} from '../../setup/operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const DAY = 86_400_000;
const MUGS = ['mug-red', 'mug-blue', 'mug-green'];
const OTHERS = ['kettle', 'teapot', 'tray', 'spoon'];
const NOW = Date.now();

describe('the rules of recommendations', () => {
  let shop: TestNamespace;
  let api: OwnProcess & { client: GraphqlClient };
  let worker: OwnProcess;
  let receipt: string | null;

  const record = async (events: object[]) => {
    const { recordEvents } = await api.client.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents.errors).toEqual([]);
    receipt = recordEvents.receipt;
  };
  const list = async (intent: Intent, more: object = {}) => {
    const input = { intent, awaitReceipt: receipt, ...more };
    return ids(await api.client.data<ListAnswer>(LIST, { input, first: 10 }));
  };

  beforeAll(async () => {
    shop = await testNamespace();
    api = await startApiProcess(shop);
    worker = startWorkerProcess(shop);
    const { upsertProducts } = await api.client.data<UpsertAnswer>(UPSERT, {
      products: [
        ...MUGS.map((id) => ({ id, title: id, categories: ['Kitchen'], groupId: 'mug' })),
        ...OTHERS.map((id) => ({ id, title: id, categories: ['Kitchen'] })),
      ],
    });
    expect(upsertProducts.errors).toEqual([]);
    // All customers bought mugs and other things half a year ago, once; red ones most often.
    const bought = (customer: number, productId: string, daysAgo: number) => ({
      type: 'PURCHASE',
      source: 'ORDERS',
      id: `${customer}-${daysAgo}:${productId}`,
      occurredAt: new Date(NOW - daysAgo * DAY + customer * 60_000).toISOString(),
      customerId: `c-${customer}`,
      productId,
    });
    const events = Array.from({ length: 24 }, (_, customer) => [
      ...['mug-red', ...(customer % 2 ? ['mug-blue'] : ['mug-green'])].map((id) => bought(customer, id, 180)),
      ...OTHERS.filter((_, other) => customer % 4 !== other).map((id) => bought(customer, id, 170)),
    ]);
    // The shop's time is that of its newest event.
    await record([...events.flat(), { type: 'VIEW', productId: 'spoon', customerId: 'visitor' }]);
    await until(
      () => list('POPULAR').catch(() => []),
      (shown) => shown.length > 0,
    );
  });

  afterAll(async () => {
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    await shop.drop();
  });

  it.each<[Intent, object]>([
    ['PERSONAL', { customerId: 'c-1' }],
    ['POPULAR', {}],
    ['TRENDING', {}],
    ['SIMILAR', { productIds: ['teapot'] }],
    ['COMPLEMENTARY', { productIds: ['kettle'] }],
    ['BASKET', { productIds: ['tray'] }],
    ['BUY_AGAIN', { customerId: 'c-1' }],
  ])('%s shows one variant of a group, and fills the list with other products', async (intent, more) => {
    const shown = await list(intent, more);
    expect(shown.filter((id) => MUGS.includes(id))).toHaveLength(1);
    expect(shown.length).toBeGreaterThanOrEqual(4);
  });

  it('shows the best variant: the one that more customers bought', async () => {
    expect(await list('POPULAR')).toContain('mug-red');
  });

  it('shows no variant of the given product', async () => {
    for (const intent of ['SIMILAR', 'COMPLEMENTARY', 'BASKET'] as const)
      expect((await list(intent, { productIds: ['mug-red'] })).filter((id) => MUGS.includes(id))).toEqual([]);
  });

  it('leaves out recent purchases and their variants, except in BUY_AGAIN and RECENTLY_VIEWED', async () => {
    const customerId = 'buyer';
    await record([
      { type: 'VIEW', productId: 'kettle', customerId },
      { type: 'VIEW', productId: 'mug-blue', customerId },
    ]);
    const intents: [Intent, object][] = [
      ['PERSONAL', {}],
      ['POPULAR', {}],
      ['TRENDING', {}],
      ['SIMILAR', { productIds: ['teapot'] }],
      ['COMPLEMENTARY', { productIds: ['tray'] }],
      ['BASKET', { productIds: ['tray'] }],
    ];
    for (const [intent, more] of intents) expect(await list(intent, { customerId, ...more })).toContain('kettle');
    await record(
      [
        { type: 'PURCHASE', source: 'ORDERS', id: 'now:1', productId: 'kettle', customerId },
        { type: 'PURCHASE', source: 'ORDERS', id: 'now:2', productId: 'mug-blue', customerId },
      ].map((event) => ({ ...event, occurredAt: new Date().toISOString() })),
    );
    for (const [intent, more] of intents) {
      const shown = await list(intent, { customerId, ...more });
      expect([intent, shown.filter((id) => id === 'kettle' || MUGS.includes(id))]).toEqual([intent, []]);
      expect(shown.length).toBeGreaterThan(0);
    }
    for (const intent of ['BUY_AGAIN', 'RECENTLY_VIEWED'] as const)
      expect((await list(intent, { customerId })).sort()).toEqual(['kettle', 'mug-blue']);
    expect(await list('POPULAR', { customerId, includePurchased: true })).toContain('kettle');
    // Other customers' lists are unchanged.
    expect(await list('PERSONAL', { customerId: 'c-1' })).toContain('kettle');
  });
});
