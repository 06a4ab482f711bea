import { expectWithin } from '../setup/measured';
import { SEARCH, type SearchAnswer, UPSERT, type UpsertAnswer } from '../setup/operations';
import { startApiProcess } from '../setup/processes';
import { testNamespace } from '../setup/shop';
import { until } from '../setup/until';

it('a changed product is found within 100 ms without a receipt', async () => {
  const shop = await testNamespace();
  const api = await startApiProcess(shop);
  const put = async (id: string, title: string) => {
    const { upsertProducts } = await api.client.data<UpsertAnswer>(UPSERT, { products: [{ id, title }] });
    expect(upsertProducts.errors).toEqual([]);
  };
  await put('warm', 'Warm up');
  const waited: number[] = [];
  for (let n = 0; n < 20; n++) {
    await put(`fresh-${n}`, `fresh${n} thing`);
    const acknowledged = performance.now();
    await until(
      () => api.client.data<SearchAnswer>(SEARCH, { input: { query: `fresh${n}` } }),
      (answer) => answer.search.totalCount === 1,
    );
    waited.push(performance.now() - acknowledged);
  }
  // `until` polls every 50 ms.
  expectWithin('a changed product is found (median)', waited.sort((a, b) => a - b)[10], 100);
  await api.client.close();
  expect(await api.stop()).toBe(0);
  await shop.drop();
});
