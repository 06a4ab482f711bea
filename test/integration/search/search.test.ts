import type { GraphqlClient } from '../../setup/graphql-client';
import { CREATE_KEY, found, SEARCH, type SearchAnswer, UPSERT, type UpsertAnswer } from '../../setup/operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { answersFromSmallCatalogue } from './small-catalogue';

const DELETE = 'mutation($ids: [ID!]!) { deleteProducts(input: { ids: $ids }) { receipt errors { code } } }';

describe('search', () => {
  let shop: TestNamespace;
  let api: OwnProcess & { client: GraphqlClient };
  let worker: OwnProcess;
  let client: GraphqlClient;

  const search = (input: object, more: object = {}) => client.data<SearchAnswer>(SEARCH, { input, ...more });
  const put = async (...products: object[]): Promise<string> => {
    const { upsertProducts } = await client.data<UpsertAnswer>(UPSERT, { products });
    expect(upsertProducts.errors).toEqual([]);
    return upsertProducts.receipt;
  };
  const removeProducts = async (...ids: string[]) =>
    (await client.data<{ deleteProducts: { receipt: string } }>(DELETE, { ids })).deleteProducts.receipt;

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorkerProcess(shop);
    api = await startApiProcess(shop);
    client = api.client;
  });

  afterAll(async () => {
    await client.close();
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    await shop.drop();
  });

  it('finds a product immediately with its receipt, by other forms of its words, and no longer once it is deleted', async () => {
    const awaitReceipt = await put({ id: 'kettle', title: 'Whistling kettles', brand: 'Acme' });
    expect(found(await search({ query: 'kettle whistle', awaitReceipt }))).toEqual(['kettle']);
    expect(found(await search({ query: 'ACME' }))).toEqual(['kettle']);
    const changed = await put({ id: 'kettle', title: 'Copper pot' });
    expect(found(await search({ query: 'whistling', awaitReceipt: changed }))).toEqual([]);
    expect(found(await search({ query: 'pots' }))).toEqual(['kettle']);
    const deleted = await removeProducts('kettle');
    expect((await search({ query: 'copper', awaitReceipt: deleted })).search).toMatchObject({
      totalCount: 0,
      edges: [],
    });
  });

  it('applies synonyms from the next search on', async () => {
    const upsert = `mutation($synonyms: [SynonymInput!]!) {
      upsertSynonyms(input: { synonyms: $synonyms }) { accepted receipt errors { index code path } }
    }`;
    const write = async (...synonyms: object[]) =>
      (await client.data<{ upsertSynonyms: { receipt: string; errors: object[] } }>(upsert, { synonyms }))
        .upsertSynonyms;
    await put(
      { id: 'sofa', title: 'Corner sofa' },
      { id: 'settee', title: 'Corner settee' },
      { id: 'pot', title: 'Tea pot' },
    );
    const two = { id: 'sofa', kind: 'TWO_WAY', words: ['sofa', 'settee'] };
    const one = { id: 'teapot', kind: 'ONE_WAY', words: ['samovar'], finds: ['tea pot'] };
    const { receipt, ...written } = await write(two, one, { id: 'bad', kind: 'TWO_WAY', words: ['alone'] });
    expect(written).toEqual({ accepted: 2, errors: [{ index: 2, code: 'BAD_USER_INPUT', path: 'words' }] });
    expect(found(await search({ query: 'sofas', awaitReceipt: receipt })).sort()).toEqual(['settee', 'sofa']);
    expect(found(await search({ query: 'sofas' }))[0]).toBe('sofa');
    expect(found(await search({ query: 'samovar' }))).toEqual(['pot']);
    expect(found(await search({ query: 'tea pot' }))).toEqual(['pot']);
    const changed = await write(
      { id: 'sofa', words: ['sofa', 'couch'] },
      { ...one, updatedAt: '2020-01-01T00:00:00Z' },
    );
    expect(changed.errors).toEqual([{ index: 1, code: 'STALE', path: 'updatedAt' }]);
    expect(found(await search({ query: 'couch', awaitReceipt: changed.receipt }))).toEqual(['sofa']);
    const listed = await client.data<{ synonyms: { nodes: object[] } }>(
      '{ synonyms { nodes { id kind words finds } } }',
    );
    expect(listed.synonyms.nodes).toEqual([{ ...two, words: ['sofa', 'couch'], finds: [] }, one]);
    const gone = await client.data<{ deleteSynonyms: { receipt: string; errors: object[] } }>(
      'mutation { deleteSynonyms(input: { ids: ["sofa", "none"] }) { receipt errors { index code } } }',
    );
    expect(gone.deleteSynonyms.errors).toEqual([{ index: 1, code: 'NOT_FOUND' }]);
    const after = await search({ query: 'couch', awaitReceipt: gone.deleteSynonyms.receipt });
    expect(found(after)).toEqual([]);
    await removeProducts('sofa', 'settee', 'pot');
  });

  it('never corrects a valid word into another one, and ignores the least informative words', async () => {
    await put(
      ...[1, 2, 3].map((n) => ({ id: `gift-${n}`, title: `Gift box ${n}` })),
      { id: 'add', title: 'Gift add-on for drawers' },
      { id: 'desk-lamp', title: 'Desk lamp' },
      { id: 'floor-lamp', title: 'Floor lamp' },
      { id: 'bed', title: 'Storage under the bed, 50 litres' },
      { id: 'fish', title: 'Holzfisch', language: 'de' },
    );
    const awaitReceipt = await put({ id: 'table', title: 'Holzbrett', language: 'de' });
    const gifts = ['add', 'gift-1', 'gift-2', 'gift-3'];
    const lamps = ['desk-lamp', 'floor-lamp'];
    for (const [query, corrected, ignored, ids, language] of [
      ['gift for dad', null, ['dad'], gifts],
      ['dad', null, [], []],
      ['gift for drawesr', 'gift for drawers', [], ['add']],
      ['gfit for dad', 'gift for', ['dad'], gifts],
      ['lamp under 50 cm', null, ['under', '50', 'cm'], lamps],
      ['50 lmap under', 'lamp', ['50', 'under'], lamps],
      ['desk gift', null, ['desk'], gifts],
      ['Holztisch', null, [], [], 'de'],
      ['Holzfsich', 'Holzfisch', [], ['fish'], 'de'],
    ] as const) {
      const { search: answer } = await search({ query, language, awaitReceipt });
      const { correctedQuery, ignoredWords } = answer;
      const shown = found({ search: answer }).sort();
      expect({ query, correctedQuery, ignoredWords, shown }).toEqual({
        ...{ query, correctedQuery: corrected === null ? null : expect.stringMatching(new RegExp(corrected, 'i')) },
        ...{ ignoredWords: ignored, shown: ids },
      });
    }
    await removeProducts(...gifts, ...lamps, 'bed', 'fish', 'table');
  });

  it('applies merchandising rules from the next search on', async () => {
    const upsert = `mutation($input: UpsertMerchandisingRuleInput!) {
      upsertMerchandisingRule(input: $input) { receipt rule { id pins endsAt } errors { code path } }
    }`;
    interface Written {
      upsertMerchandisingRule: { receipt: string; rule: object | null; errors: object[] };
    }
    const rule = async (input: object) => (await client.data<Written>(upsert, { input })).upsertMerchandisingRule;
    await put(...['a', 'b', 'c', 'd'].map((name) => ({ id: `rug-${name}`, title: 'Wool rug', brand: name })));
    await put({ id: 'stool', title: 'Stool' });
    const plain = found(await search({ query: 'wool rug' }));
    expect([...plain].sort()).toEqual(['rug-a', 'rug-b', 'rug-c', 'rug-d']);
    const [first, second, third, fourth] = plain;
    const { receipt } = await rule({
      id: 'rugs',
      queries: ['Wool rugs'],
      pins: ['stool', fourth, third],
      buried: [first],
    });
    const pinned = await search({ query: 'rug, WOOL', awaitReceipt: receipt });
    expect(found(pinned)).toEqual(plain);
    const ordered = (await search({ query: 'wool-rug' })).search;
    expect(ordered.edges.map(({ node }) => node.id)).toEqual([fourth, third, second, first]);
    expect(ordered.edges[0].reasons).toMatchObject([{ source: 'pinned', share: 1 }]);
    expect(found(await search({ query: 'wool rug', sort: 'NEWEST' })).sort()).toEqual([...plain].sort());
    const boosts = await rule({ id: 'brand', placements: ['home'], boost: "product.brand == 'c' ? 50.0 : 1.0" });
    expect(found(await search({ query: 'rug', placement: 'home', awaitReceipt: boosts.receipt }))[0]).toBe('rug-c');
    const redirect = '{ search(input: { query: "rugs" }) { redirect totalCount } }';
    await rule({ id: 'late', queries: ['rug'], redirect: '/late', endsAt: '2020-01-01T00:00:00Z' });
    const target = await rule({ id: 'to', queries: ['rug'], redirect: 'https://shop.example/rugs' });
    await search({ awaitReceipt: target.receipt });
    expect(await client.data(redirect)).toEqual({ search: { redirect: 'https://shop.example/rugs', totalCount: 4 } });
    for (const [wrong, path] of [
      [{ id: 'x' }, 'queries'],
      [{ id: 'x', queries: [''] }, 'queries[0]'],
      [{ id: 'x', queries: ['a'], boost: 'product.nothing' }, 'boost'],
      [{ id: 'x', queries: ['a'], redirect: 'javascript:alert(1)' }, 'redirect'],
      [{ id: 'x', queries: ['a'], redirect: '//elsewhere' }, 'redirect'],
      [{ id: 'x', queries: ['a'], pins: ['p'], buried: ['p'] }, 'pins[0]'],
    ] as const)
      expect((await rule(wrong)).errors).toEqual([{ code: 'BAD_USER_INPUT', path }]);
    const previewRule = { id: 'rugs', pins: [second] };
    expect(found(await search({ query: 'wool-rug', previewRule }))[0]).toBe(second);
    expect(found(await search({ query: 'wool-rug' }))[0]).toBe(fourth);
    const tried = { id: 'a-try', queries: ['wool rug'], pins: [second], startsAt: '2090-01-01T00:00:00Z' };
    expect(found(await search({ query: 'wool rug', previewRule: tried }))[0]).toBe(second);
    expect(await client.code(SEARCH, { input: { previewRule: { id: 'x' } } })).toBe('BAD_USER_INPUT');
    const server = await client.data<{ createApiKey: { secret: string } }>(CREATE_KEY, {
      input: { scope: 'SERVER', name: 'shop' },
    });
    const shopKey = client.as({ apiKey: server.createApiKey.secret });
    expect(await shopKey.code(SEARCH, { input: { query: 'rug', previewRule } })).toBe('FORBIDDEN');
    const remove = (id: string) =>
      client.data<{ deleteMerchandisingRule: { receipt: string; errors: { code: string }[] } }>(
        'mutation($input: DeleteMerchandisingRuleInput!) { deleteMerchandisingRule(input: $input) { receipt errors { code } } }',
        { input: { id } },
      );
    for (const id of ['rugs', 'brand', 'late']) expect((await remove(id)).deleteMerchandisingRule.errors).toEqual([]);
    const last = (await remove('to')).deleteMerchandisingRule;
    expect((await remove('to')).deleteMerchandisingRule.errors).toEqual([{ code: 'NOT_FOUND' }]);
    expect(found(await search({ query: 'wool-rug', awaitReceipt: last.receipt }))).toEqual(plain);
    expect(await client.data('{ merchandisingRules { nodes { id } } }')).toEqual({ merchandisingRules: { nodes: [] } });
    await search({ awaitReceipt: await removeProducts('rug-a', 'rug-b', 'rug-c', 'rug-d', 'stool') });
  });

  it('keeps an open list current, and sends only what differs', async () => {
    await put({ id: 'bell-1', title: 'Brass bell', price: { amount: '10', currency: 'EUR' } });
    interface Live {
      searchUpdated: {
        totalCount: number;
        correctedQuery: string | null;
        nodes: { id: string; price: object | null }[];
      };
    }
    const live = client.subscribe<Live>(
      `subscription($input: SearchInput!) { searchUpdated(input: $input) { totalCount correctedQuery nodes { id price { amount } } } }`,
      { input: { query: 'brass bell' } },
    );
    const next = async () => ((await live.next()).value as { data: Live }).data.searchUpdated;
    const price = (amount: string) => ({ amount });
    await search({ awaitReceipt: await put({ id: 'bell-1', title: 'Brass bell' }) });
    expect(await next()).toMatchObject({ totalCount: 1, nodes: [{ id: 'bell-1', price: price('10') }] });
    await put({ id: 'other', title: 'Something else' });
    await put({ id: 'bell-2', title: 'Small brass bell' });
    const two = await next();
    expect(two.totalCount).toBe(2);
    expect(two.nodes.map(({ id }) => id).sort()).toEqual(['bell-1', 'bell-2']);
    await put({ id: 'bell-1', price: { amount: '12', currency: 'EUR' } });
    expect((await next()).nodes.find(({ id }) => id === 'bell-1')?.price).toEqual(price('12'));
    await removeProducts('bell-2');
    expect(await next()).toMatchObject({ totalCount: 1, nodes: [{ id: 'bell-1' }] });
    await live.return?.();
    await search({ awaitReceipt: await removeProducts('bell-1', 'other') });
  });

  describe('of a small catalogue', () => answersFromSmallCatalogue(() => client));

  it('returns cursors into the list as it was served', async () => {
    await search({
      awaitReceipt: await put(...[...Array(45).keys()].map((n) => ({ id: `page-${n}`, title: `paging ${n}` }))),
    });
    const whole = found(await search({ query: 'paging' }, { first: 45 }));
    expect(new Set(whole).size).toBe(45);
    const one = await search({ query: 'paging' }, { first: 20 });
    const awaitReceipt = await put({ id: 'page-new', title: 'paging paging' });
    await search({ awaitReceipt });
    const two = await search({ query: 'paging' }, { first: 20, after: one.search.pageInfo.endCursor });
    const three = await search({ query: 'paging' }, { first: 20, after: two.search.pageInfo.endCursor });
    expect([...found(one), ...found(two), ...found(three)]).toEqual(whole);
    expect(two.search).toMatchObject({ requestId: one.search.requestId, totalCount: 45 });
    expect(two.search.edges.map(({ rank }) => rank)[0]).toBe(21);
    expect([two, three].map((page) => page.search.pageInfo.hasNextPage)).toEqual([true, false]);
    const foreign = { query: 'paging', customerId: 'somebody' };
    const more = { input: foreign, after: one.search.pageInfo.endCursor };
    expect(await client.code(SEARCH, more)).toBe('CURSOR_EXPIRED');
    // A cursor of recommendations is rejected by search.
    const { recommendations } = await client.data<{ recommendations: { requestId: string } }>(
      '{ recommendations(input: { intent: POPULAR }, first: 1) { requestId pageInfo { hasNextPage } } }',
    );
    const forged = Buffer.from(JSON.stringify(['search', [recommendations.requestId, 1]])).toString('base64url');
    expect(await client.code(SEARCH, { input: {}, after: forged })).toBe('CURSOR_EXPIRED');
  });
});
