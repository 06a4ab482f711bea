import type { GraphqlClient } from '../setup/graphql-client';
import { RECORD, type RecordAnswer, SEARCH, type SearchAnswer, UPSERT, type UpsertAnswer } from '../setup/operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../setup/processes';
import { testProducts } from '../setup/search-shop';
import { testNamespace, type TestNamespace } from '../setup/shop';
import { until } from '../setup/until';

type Api = OwnProcess & { client: GraphqlClient };

const FACETS = [
  { field: 'brand' },
  { field: 'categories' },
  { field: 'price', interval: 5 },
  { field: 'attributes.size' },
];
const QUERIES = [
  {},
  { query: 'red lamp' },
  { query: 'folding tent' },
  { query: 'enamle kettle' },
  { query: 'chair', sort: 'PRICE_ASC' },
];

describe('search in several processes', () => {
  let shop: TestNamespace;
  let apis: Api[];
  let workers: OwnProcess[];

  const search = (api: Api, input: object) => api.client.data<SearchAnswer>(SEARCH, { input, first: 100 });
  const put = async (api: Api, products: readonly object[]) => {
    let receipt = '';
    for (let at = 0; at < products.length; at += 1_000) {
      const some = products.slice(at, at + 1_000);
      ({ receipt } = (await api.client.data<UpsertAnswer>(UPSERT, { products: some })).upsertProducts);
    }
    return receipt;
  };
  /** Returns all product data of the responses. */
  const answers = async (api: Api, more: object = {}) => {
    const all = [];
    for (const query of QUERIES) {
      const { search: answer } = await search(api, { ...query, facets: FACETS, ...more });
      const { totalCount, facets, correctedQuery, edges } = answer;
      all.push({
        totalCount,
        facets,
        correctedQuery,
        hits: edges.map(({ node, highlights }) => [node.id, highlights]),
      });
    }
    return all;
  };
  const suggested = async (api: Api, awaitReceipt?: string) =>
    (
      await api.client.data<{ suggest: { text: string }[] }>(
        'query($input: SuggestInput!) { suggest(input: $input) { text } }',
        { input: { query: 'folding te', kinds: ['QUERY'], awaitReceipt } },
      )
    ).suggest.map(({ text }) => text);
  /** Hides or shows a suggestion. */
  const write = async (api: Api, mutation: 'hideSuggestion' | 'showSuggestion', query: string) => {
    const { done } = await api.client.data<{ done: { receipt: string; errors: object[] } }>(
      `mutation($query: String!) { done: ${mutation}(input: { query: $query }) { receipt errors { code } } }`,
      { query },
    );
    expect(done.errors).toEqual([]);
    return done.receipt;
  };
  /** The figures of the base segments that a process has loaded. */
  const loaded = ({ log }: OwnProcess) =>
    log()
      .split('\n')
      .filter((line) => line.includes('search base loaded'))
      .map((line) => JSON.parse(line) as { documents: number; read: number; gone: number });
  /** A process may write its log line after it has reported that it is ready. */
  const firstLoaded = async (process: OwnProcess) => {
    const [first] = await until(
      () => loaded(process),
      (bases) => bases.length > 0,
    );
    return first;
  };

  beforeAll(async () => {
    shop = await testNamespace();
    workers = [startWorkerProcess(shop), startWorkerProcess(shop)];
    apis = await Promise.all([startApiProcess(shop), startApiProcess(shop)]);
  });

  afterAll(async () => {
    const living = [...apis, ...workers].filter(({ child }) => child.signalCode === null && child.exitCode === null);
    expect(await Promise.all(living.map((process) => process.stop()))).toEqual(living.map(() => 0));
    await shop.drop();
  });

  it('a change at one process is found at the other with its receipt, and both return the same', async () => {
    const receipt = await put(apis[0], testProducts(400, 21));
    const [one, two] = [
      await answers(apis[0], { awaitReceipt: receipt }),
      await answers(apis[1], { awaitReceipt: receipt }),
    ];
    expect(one).toEqual(two);
    expect(one.map(({ totalCount }) => totalCount).every((count) => count > 0)).toBe(true);
  });

  it('a query hidden at one process is suggested by none', async () => {
    expect(await suggested(apis[1])).toEqual(['folding tents']);
    const receipt = await write(apis[0], 'hideSuggestion', ' Fólding  TENTS!');
    await write(apis[1], 'hideSuggestion', 'folding tents');
    for (const api of apis) expect(await suggested(api, receipt)).toEqual([]);
  });

  it('a process that starts returns the same as one that followed every change', async () => {
    const receipt = await put(
      apis[1],
      testProducts(200, 22).map((product, n) => ({ ...product, id: `p21-${2 * n}` })),
    );
    const following = await answers(apis[0], { awaitReceipt: receipt });
    const begun = await startApiProcess(shop);
    try {
      expect(await answers(begun)).toEqual(following);
      expect(await suggested(begun)).toEqual([]);
      const shown = await write(begun, 'showSuggestion', 'FOLDING tents');
      for (const api of [...apis, begun]) expect(await suggested(api, shown)).toEqual(['folding tents']);
      await write(begun, 'showSuggestion', 'folding tents');
    } finally {
      await begun.stop();
    }
  });

  it('an import makes a worker store a base segment; a process that loads it, and later changes, returns the same as one built from scratch', async () => {
    const receipt = await put(apis[0], testProducts(4_000, 23));
    await until(
      () => apis.map((api) => loaded(api)),
      (all) => all.every((bases) => bases.some(({ documents, read }) => documents > 3_000 && read < 1_000)),
    );
    await answers(apis[0], { awaitReceipt: receipt });
    const changed = testProducts(300, 24).map((product, n) => ({ ...product, id: `p23-${3 * n}` }));
    await put(apis[0], changed);
    const { deleteProducts } = await apis[0].client.data<{ deleteProducts: { receipt: string } }>(
      'mutation($ids: [ID!]!) { deleteProducts(input: { ids: $ids }) { receipt } }',
      { ids: [...Array(50).keys()].map((n) => `p23-${7 * n + 1}`) },
    );
    await answers(apis[0], { awaitReceipt: deleteProducts.receipt });
    const fromArtefact = await startApiProcess(shop);
    const { read, gone, documents } = await firstLoaded(fromArtefact);
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(documents / 2);
    expect(gone).toBeGreaterThan(0);
    const answered = await answers(fromArtefact);
    await fromArtefact.stop();
    // Without the artefact everything is read from PostgreSQL.
    const { Client } = await import('pg');
    const database = new Client({ connectionString: shop.databaseUrl });
    await database.connect();
    await database.query(`DELETE FROM "${shop.namespace}".artefacts WHERE kind = 'search-index'`);
    await database.end();
    const fromScratch = await startApiProcess(shop);
    expect(await firstLoaded(fromScratch)).toMatchObject({ read: documents, gone: 0, documents });
    expect(await answers(fromScratch)).toEqual(answered);
    await fromScratch.stop();
  });

  it('with every worker killed, products are found as before, and base segments are still built', async () => {
    for (const worker of workers) await worker.kill();
    const receipt = await put(apis[1], [{ id: 'after-the-kill', title: 'Sextant' }]);
    for (const api of apis) {
      const { search: answer } = await search(api, { query: 'sextants', awaitReceipt: receipt });
      expect(answer.edges.map(({ node }) => node.id)).toEqual(['after-the-kill']);
    }
    const before = apis.map((api) => loaded(api).length);
    await search(apis[0], { awaitReceipt: await put(apis[0], testProducts(2_600, 25)) });
    const still = await search(apis[0], { query: 'sextant' });
    expect(still.search.totalCount).toBe(1);
    await until(
      () => apis.map((api) => loaded(api).length),
      (bases) => bases.every((count, n) => count > before[n]),
    );
    expect((await search(apis[0], { query: 'sextant' })).search.totalCount).toBe(1);
  });

  it("ranks products that match a customer's interests first, with a reason; others get popular ones", async () => {
    workers = [startWorkerProcess(shop)];
    const products = [...Array(6).keys()].map((n) => ({ id: `clock-${n}`, title: 'Kitchen clock' }));
    const [api] = apis;
    await put(api, products);
    const views = (customerId: string, ...ids: number[]) =>
      ids.map((n) => ({ type: 'ADD_TO_CART', customerId, productId: `clock-${n}` }));
    const crowd = [...Array(12).keys()].flatMap((n) => [...views(`crowd-${n}`, 1), ...views(`pair-${n}`, 4, 5)]);
    const { recordEvents } = await api.client.data<RecordAnswer>(RECORD, {
      events: [...crowd, ...views('crowd-13', 1), ...views('crowd-14', 1), ...views('fond', 4)],
    });
    expect(recordEvents.errors).toEqual([]);
    const ask = (more: object) => search(api, { query: 'kitchen clock', ...more });
    const sources = (edge: SearchAnswer['search']['edges'][number]) => edge.reasons.map(({ source }) => source);
    const [anybody, fond] = await until(
      async () => [(await ask({})).search, (await ask({ customerId: 'fond' })).search],
      // Popularity may follow a second after the changes from the customer's own events.
      ([unknown, known]) =>
        unknown.edges[0].node.id === 'clock-1' &&
        unknown.edges.flatMap(sources).includes('popularity') &&
        ['clock-4', 'clock-5'].includes(known.edges[0].node.id),
    );
    expect(new Set(anybody.edges.flatMap(sources))).toEqual(new Set(['text', 'popularity']));
    expect(sources(fond.edges[0]).filter((source) => source !== 'text' && source !== 'popularity')).not.toEqual([]);
    for (const { reasons } of [...anybody.edges, ...fond.edges])
      expect(reasons.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(fond.totalCount).toBe(anybody.totalCount);
  });
});
