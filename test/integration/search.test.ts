import type { GraphqlClient } from '../setup/graphql-client';
import { found, SEARCH, type SearchAnswer, UPSERT, type UpsertAnswer } from '../setup/operations';
import { startApi, startWorker, type ShopProcess } from '../setup/processes';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { until } from '../setup/until';

const DELETE = 'mutation($ids: [ID!]!) { deleteProducts(input: { ids: $ids }) { receipt errors { code } } }';

describe('search', () => {
  let shop: TestNamespace;
  let api: ShopProcess & { client: GraphqlClient };
  let worker: ShopProcess;
  let client: GraphqlClient;

  const search = (input: object, more: object = {}) => client.data<SearchAnswer>(SEARCH, { input, ...more });
  const put = async (...products: object[]): Promise<string> => {
    const { upsertProducts } = await client.data<UpsertAnswer>(UPSERT, { products });
    expect(upsertProducts.errors).toEqual([]);
    return upsertProducts.receipt;
  };
  const remove = async (...ids: string[]) =>
    (await client.data<{ deleteProducts: { receipt: string } }>(DELETE, { ids })).deleteProducts.receipt;

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorker(shop);
    api = await startApi(shop);
    client = api.client;
  });

  afterAll(async () => {
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    await shop.drop();
  });

  it('finds a product at once with its receipt, by other forms of its words, and not any more once it is deleted', async () => {
    const awaitReceipt = await put({ id: 'kettle', title: 'Whistling kettles', brand: 'Acme' });
    expect(found(await search({ query: 'kettle whistle', awaitReceipt }))).toEqual(['kettle']);
    expect(found(await search({ query: 'ACME' }))).toEqual(['kettle']);
    const changed = await put({ id: 'kettle', title: 'Copper pot' });
    expect(found(await search({ query: 'whistling', awaitReceipt: changed }))).toEqual([]);
    expect(found(await search({ query: 'pots' }))).toEqual(['kettle']);
    const deleted = await remove('kettle');
    expect((await search({ query: 'copper', awaitReceipt: deleted })).search).toMatchObject({
      totalCount: 0,
      edges: [],
    });
  });

  it('finds a changed product within 100 ms without a receipt', async () => {
    await put({ id: 'warm', title: 'Warm up' });
    const waited: number[] = [];
    for (let n = 0; n < 20; n++) {
      await put({ id: `fresh-${n}`, title: `fresh${n} thing` });
      const acknowledged = performance.now();
      await until(
        () => search({ query: `fresh${n}` }),
        (answer) => answer.search.totalCount === 1,
        5_000,
      );
      waited.push(performance.now() - acknowledged);
    }
    // `until` looks every 50 ms.
    expect(waited.sort((a, b) => a - b)[10]).toBeLessThan(100);
    await remove(...Array.from({ length: 20 }, (_, n) => `fresh-${n}`), 'warm');
  });
});
