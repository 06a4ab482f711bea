import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import { runCommand } from '../../setup/command';
import type { GraphqlClient } from '../../setup/graphql-client';
import {
  CREATE_KEY,
  type CreateKeyAnswer,
  RECORD,
  type RecordAnswer,
  SEARCH,
  type SearchAnswer,
  UPSERT,
  type UpsertAnswer,
} from '../../setup/operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const REPORT = `
  asOf from to
  totals { searches withoutResults clicked followedByPurchase noResultShare clickThroughRate conversionRate }
  top { query searches clickThroughRate } rising { query searches before rise } noResult { query withoutResults }
  lowClick { query missedClicks } byPosition { position impressions clicks purchases clickThroughRate conversionRate }`;
const ASK = `query($input: SearchReportInput!) { searchReport(input: $input) { ${REPORT} } }`;
const FOLLOW = `subscription($input: SearchReportInput!) { searchReportUpdated(input: $input) { ${REPORT} } }`;
const ERASE = 'mutation { eraseCustomer(input: { customerId: "otto" }) { status } }';
const SUGGEST =
  'query($input: SuggestInput!) { suggest(input: $input) { kind text count fragments { text matched } } }';

interface Report {
  readonly asOf: string;
  readonly from: string;
  readonly to: string;
  readonly totals: {
    readonly searches: number;
    readonly clicked: number;
    readonly followedByPurchase: number;
    readonly noResultShare: number;
  };
  readonly top: readonly { readonly query: string; readonly searches: number; readonly clickThroughRate: number }[];
  readonly rising: readonly { readonly query: string; readonly before: number; readonly rise: number }[];
  readonly noResult: readonly { readonly query: string; readonly withoutResults: number }[];
  readonly lowClick: readonly { readonly query: string; readonly missedClicks: number }[];
  readonly byPosition: readonly {
    readonly position: number | null;
    readonly impressions: number;
    readonly clicks: number;
    readonly purchases: number;
  }[];
}

describe("statistics of customers' searches", () => {
  let shop: TestNamespace;
  let api: ShopProcess & { port: number; client: GraphqlClient };
  let worker: ShopProcess;
  let pool: Pool;
  let admin: GraphqlClient;
  let server: GraphqlClient;
  const input = { minSearches: 1 };

  const search = (query: string, customerId: string) =>
    server.data<SearchAnswer>(SEARCH, { input: { query, customerId } });
  const record = async (...events: object[]) => {
    const { recordEvents } = await server.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents.errors).toEqual([]);
  };
  const report = async (more: object = {}) =>
    (await admin.data<{ searchReport: Report }>(ASK, { input: { ...input, ...more } })).searchReport;
  const suggested = async (query: string) =>
    (
      await server.data<{ suggest: { text: string; count: number; fragments: object[] }[] }>(SUGGEST, {
        input: { query, kinds: ['QUERY'] },
      })
    ).suggest;
  const texts = async (query: string) => (await suggested(query)).map(({ text }) => text);

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    worker = startWorker(shop);
    api = await startApi(shop);
    admin = api.client;
    const made = await admin.data<CreateKeyAnswer>(CREATE_KEY, { input: { scope: 'SERVER', name: 'server' } });
    server = admin.as({ apiKey: made.createApiKey.secret });
    const products = Array.from({ length: 6 }, (_, n) => ({ id: `lamp-${n}`, title: `Brass reading lamp ${n}` }));
    const { upsertProducts } = await server.data<UpsertAnswer>(UPSERT, {
      products: [...products, { id: 'rug', title: 'Wool rug' }],
    });
    await admin.data<SearchAnswer>(SEARCH, { input: { query: 'lamp', awaitReceipt: upsertProducts.receipt } });
  });

  afterAll(async () => {
    await admin.close();
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    await pool.end();
    await shop.drop();
  });

  it('is reported, live: searches, searches without results, and clicks by position', async () => {
    const live = admin.subscribe<{ searchReportUpdated: Report }>(FOLLOW, { input });
    const next = async () => (await live.next()).value.data.searchReportUpdated as Report;
    expect((await next()).totals.searches).toBe(0);
    const { search: answer } = await search('Reading lamp', 'one');
    await search('reading  LAMP', 'one');
    await search('hovercraft', 'two');
    let told = await next();
    while (told.totals.searches < 3) told = await next();
    expect(told.top).toEqual([
      { query: 'Reading lamp', searches: 2, clickThroughRate: 0 },
      { query: 'hovercraft', searches: 1, clickThroughRate: 0 },
    ]);
    expect(told.noResult).toEqual([{ query: 'hovercraft', withoutResults: 1 }]);
    expect(told.totals.noResultShare).toBeCloseTo(1 / 3);
    const third = { customerId: 'one', productId: answer.edges[2].node.id, requestId: answer.requestId, position: 3 };
    await record({ type: 'CLICK', ...third }, { type: 'PURCHASE', source: 'ORDERS', ...third });
    while (told.totals.clicked < 1) told = await next();
    expect(told.totals).toMatchObject({ searches: 3, clicked: 1, followedByPurchase: 1 });
    expect(told.byPosition.map(({ position, impressions }) => [position, impressions])).toEqual(
      [1, 2, 3, 4, 5, 6].map((position) => [position, 2]),
    );
    expect(told.byPosition.filter(({ clicks }) => clicks > 0)).toEqual([
      { position: 3, impressions: 2, clicks: 1, purchases: 1, clickThroughRate: 0.5, conversionRate: 0.5 },
    ]);
    // No searches or clicks happened, so no message is sent.
    await record({ type: 'VIEW', customerId: 'one', productId: 'rug' }, { type: 'CLICK', ...third });
    await search('Wool rug', 'three');
    told = await next();
    expect(told.totals).toMatchObject({ searches: 4, clicked: 1 });
    await live.return?.();
    // Once the whole log is counted, a report is as of its request.
    const { asked } = await until(
      async () => ({ requestedAt: Date.now(), asked: await report() }),
      ({ requestedAt, asked: { asOf } }) => Date.parse(asOf) >= requestedAt,
    );
    expect(Date.parse(asked.asOf)).toBeLessThanOrEqual(Date.now());
    expect({ ...asked, asOf: null }).toEqual({ ...told, asOf: null });
    expect(Date.parse(asked.to) - Date.parse(asked.from)).toBe(7 * 86_400_000);
  });

  it('is compared with the previous interval, and with clicks on other searches', async () => {
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    const at = (query: string, n: number, occurredAt: string) => ({
      type: 'SEARCH',
      source: 'SEARCH',
      id: `${query} ${n} ${occurredAt}`,
      occurredAt,
      customerId: `c${n}`,
      query,
      properties: { total: 3, shown: ['lamp-0', 'lamp-1', 'rug'] },
    });
    const many = (query: string, count: number, occurredAt: string) =>
      Array.from({ length: count }, (_, n) => at(query, n, occurredAt));
    const now = new Date().toISOString();
    await record(
      ...many('desk', 30, yesterday),
      ...many('desk', 20, now),
      ...many('tinsel', 2, yesterday),
      ...many('tinsel', 30, now),
    );
    await record(
      ...many('tinsel', 20, now).map(({ id }) => ({
        type: 'CLICK',
        customerId: 'c1',
        productId: 'rug',
        requestId: id,
      })),
    );
    const today = { from: now, to: now, minSearches: 5 };
    const told = await until(
      () => report(today),
      ({ top, totals }) => totals.clicked >= 20 && top.length === 2 && top[0].searches === 30,
    );
    expect(told.top.map(({ query }) => query)).toEqual(['tinsel', 'desk']);
    expect(told.rising.map(({ query, before }) => [query, before])).toEqual([['tinsel', 2]]);
    expect(told.rising[0].rise).toBeGreaterThan(4);
    expect(told.lowClick.map(({ query }) => query)).toEqual(['desk']);
    const both = await report({ from: yesterday, to: now, minSearches: 5 });
    expect(both.top.map(({ query, searches }) => [query, searches])).toEqual([
      ['desk', 50],
      ['tinsel', 32],
    ]);
  });

  it('rejects invalid requests', async () => {
    for (const wrong of [
      { first: 101 },
      { first: -1 },
      { minSearches: 0 },
      { from: '2026-01-01T00:00:00Z', to: '2025-01-01T00:00:00Z' },
      { from: '2020-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
    ])
      expect(await admin.code(ASK, { input: wrong })).toBe('BAD_USER_INPUT');
    expect(await server.code(ASK, { input })).toBe('FORBIDDEN');
  });

  it('is suggested from the fifth customer on, also for a typo, and not once it finds nothing', async () => {
    const { upsertProducts } = await server.data<UpsertAnswer>(UPSERT, {
      products: [{ id: 'kettle', title: 'Copper whistling kettle' }],
    });
    await admin.data<SearchAnswer>(SEARCH, { input: { query: 'kettle', awaitReceipt: upsertProducts.receipt } });
    for (let n = 0; n < 4; n++) {
      await search('Whistling Kettle', `k${n}`);
      await search('whistling kettle', `k${n}`);
      await search('Whistling Kettle', `k${n}`);
      await search('whistling teapot', `k${n}`);
    }
    const counted = async (query: string) =>
      (await pool.query<{ customers: number }>('SELECT customers FROM past_queries WHERE query = $1', [query])).rows[0]
        ?.customers;
    await until(
      () => counted('whistling kettle'),
      (customers) => customers === 4,
    );
    // Queries that are counted later are suggested, so these are loaded, too.
    for (let n = 0; n < 5; n++) await search('Brass Reading', `b${n}`);
    await until(
      () => texts('brass r'),
      ([first]) => first === 'Brass Reading',
    );
    expect(await texts('whistling k')).toEqual(['whistling kettle']); // These words are in the catalogue.
    await search('whistling teapot', 'k5');
    await until(
      () => counted('whistling teapot'),
      (customers) => customers === 5,
    );
    await search('whistling kettle', 'k5');
    await until(
      () => texts('whistling k'),
      ([first]) => first === 'Whistling Kettle',
    );
    expect(await texts('Whistl')).toEqual(['Whistling Kettle', 'whistling']);
    expect(await texts('wihstling ke')).toContain('Whistling Kettle');
    const [{ count, fragments }] = await suggested('whistling k');
    expect(count).toBe(1);
    expect(fragments).toEqual([
      { text: 'Whistling K', matched: true },
      { text: 'ettle', matched: false },
    ]);
    await hidesIt();
    const gone = await server.data<{ deleteProducts: { receipt: string } }>(
      'mutation { deleteProducts(input: { ids: ["kettle"] }) { receipt } }',
    );
    await admin.data<SearchAnswer>(SEARCH, { input: { awaitReceipt: gone.deleteProducts.receipt } });
    expect(await texts('whistling k')).toEqual([]);
  });

  /** With any other obstacle in its way, another spelling of it is not suggested either. */
  const hidesIt = async () => {
    const list = `query($first: Int, $after: String) {
      hiddenSuggestions(first: $first, after: $after) { nodes { query text } pageInfo { hasNextPage endCursor } }
    }`;
    interface Hidden {
      hiddenSuggestions: { nodes: object[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    }
    const write = async (mutation: 'hide' | 'show', query: string) => {
      const answer = await admin.data<Record<string, { receipt: string; errors: { code: string; path: string }[] }>>(
        `mutation($query: String!) { done: ${mutation}Suggestion(input: { query: $query }) { receipt errors { code path } } }`,
        { query },
      );
      return answer.done;
    };
    const suggests = async (query: string, awaitReceipt: string) =>
      (
        await server.data<{ suggest: { text: string }[] }>(SUGGEST, {
          input: { query, kinds: ['QUERY'], awaitReceipt },
        })
      ).suggest.map(({ text }) => text);
    await write('hide', 'another one');
    const hidden = await write('hide', '  WHISTLING, kettle');
    expect(hidden.errors).toEqual([]);
    expect((await write('hide', 'whistling kettle')).errors).toEqual([]);
    expect(await suggests('whistling k', hidden.receipt)).toEqual([]);
    expect(await suggests('wihstling ke', hidden.receipt)).toEqual([]);
    expect(await suggests('whistl', hidden.receipt)).toEqual(['whistling']);
    const one = await admin.data<Hidden>(list, { first: 1 });
    const two = await admin.data<Hidden>(list, { after: one.hiddenSuggestions.pageInfo.endCursor });
    expect(one.hiddenSuggestions).toMatchObject({
      nodes: [{ query: 'another one', text: 'another one' }],
      pageInfo: { hasNextPage: true },
    });
    expect(two.hiddenSuggestions).toMatchObject({
      nodes: [{ query: 'whistling kettle', text: 'WHISTLING, kettle' }],
      pageInfo: { hasNextPage: false },
    });
    for (const query of ['', '🫖', 'x'.repeat(201)])
      expect((await write('hide', query)).errors).toEqual([{ code: 'BAD_USER_INPUT', path: 'query' }]);
    await expect(write('hide', 'nul\0')).rejects.toThrow('query must not contain NUL');
    await pool.query(
      `INSERT INTO hidden_suggestions SELECT 'n' || n, 'n', now() FROM generate_series(1, 10000 - 2) AS n`,
    );
    expect((await write('hide', 'one too many')).errors).toEqual([{ code: 'BAD_USER_INPUT', path: 'query' }]);
    await pool.query(`DELETE FROM hidden_suggestions WHERE query ~ '^n[0-9]'`);
    const cursor = Buffer.from(JSON.stringify(['hidden-suggestions', 'nul\0'])).toString('base64url');
    for (const after of ['nonsense', cursor]) expect(await admin.code(list, { after })).toBe('BAD_USER_INPUT');
    expect(await server.code(list, {})).toBe('FORBIDDEN');
    const { receipt } = await write('show', 'Whistling kettle');
    expect(await suggests('whistling k', receipt)).toEqual(['Whistling Kettle']);
  };

  it('is counted again by `freshet rebuild searches` while the worker runs, with the same result', async () => {
    // All searches of the tests before.
    const before = await until(report, ({ totals }) => totals.searches === 109);
    const { output } = await runCommand(shop, ['rebuild', 'searches', '--json']);
    expect((JSON.parse(output) as { searches: number }).searches).toBe(before.totals.searches);
    expect({ ...(await report()), asOf: null }).toEqual({ ...before, asOf: null });
  });

  it('is erased with the person who searched', async () => {
    await search('a gift for otto', 'otto');
    await until(report, ({ top }) => top.some(({ query }) => query === 'a gift for otto'));
    // A repeated call returns the status of the same erasure.
    await until(
      () => server.data<{ eraseCustomer: { status: string } }>(ERASE),
      ({ eraseCustomer }) => eraseCustomer.status === 'DONE',
    );
    expect((await report()).top.map(({ query }) => query)).not.toContain('a gift for otto');
    for (const table of ['searches', 'query_days', 'query_spellings', 'past_queries'])
      expect((await pool.query(`SELECT FROM ${table} t WHERE t::text LIKE '%otto%'`)).rowCount).toBe(0);
  });

  it('has right words once five customers clicked what has them, and only then', async () => {
    const synonyms = ['kolbri', 'sturgen'].map((word) => ({
      id: word,
      kind: 'ONE_WAY',
      words: [word],
      finds: ['lamp'],
    }));
    const stored = await admin.data<{ upsertSynonyms: { receipt: string } }>(
      'mutation($synonyms: [SynonymInput!]!) { upsertSynonyms(input: { synonyms: $synonyms }) { receipt } }',
      { synonyms },
    );
    await server.data<SearchAnswer>(SEARCH, { input: { awaitReceipt: stored.upsertSynonyms.receipt } });
    for (let n = 0; n < 5; n++) {
      const customerId = `clicking-${n}`;
      const click = async (query: string, productId: string) => {
        const { search: answer } = await search(query, customerId);
        await record({ type: 'CLICK', customerId, productId, requestId: answer.requestId });
        return answer;
      };
      // Nothing that was found has this word, or what was clicked was not found.
      expect(await click('mirbel lamp', 'lamp-1')).toMatchObject({ ignoredWords: ['mirbel'], correctedQuery: null });
      expect(await click('sturgen', 'rug')).toMatchObject({ ignoredWords: [], correctedQuery: null });
      expect(await click('kolbri', 'lamp-1')).toMatchObject({ ignoredWords: [], correctedQuery: null });
    }
    const gone = await admin.data<{ deleteSynonyms: { receipt: string } }>(
      'mutation { deleteSynonyms(input: { ids: ["kolbri", "sturgen"] }) { receipt } }',
    );
    await server.data<SearchAnswer>(SEARCH, { input: { awaitReceipt: gone.deleteSynonyms.receipt } });
    const products = ['Kolibri', 'Sturgeon', 'Mirabel'].map((title) => ({ id: title, title }));
    const { upsertProducts } = await server.data<UpsertAnswer>(UPSERT, { products });
    await server.data<SearchAnswer>(SEARCH, { input: { query: 'lamp', awaitReceipt: upsertProducts.receipt } });
    const corrected = async (query: string) => {
      const { correctedQuery, didYouMean, edges } = (await search(query, 'later')).search;
      return { correctedQuery, didYouMean, found: edges.length };
    };
    expect(
      await until(
        () => corrected('kolbri'),
        ({ correctedQuery }) => correctedQuery === null,
      ),
    ).toEqual({ correctedQuery: null, didYouMean: 'kolibri', found: 0 });
    expect(await corrected('mirbel')).toEqual({ correctedQuery: 'mirabel', didYouMean: null, found: 1 });
    expect(await corrected('sturgen')).toEqual({ correctedQuery: 'sturgeon', didYouMean: null, found: 1 });
  });
});
