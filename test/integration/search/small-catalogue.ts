import type { GraphqlClient } from '../../setup/graphql-client';
import { found, SEARCH, type SearchAnswer, UPSERT, type UpsertAnswer } from '../../setup/operations';

/**
 * Checks the responses to queries of all kinds, in a shop with only this catalogue.
 * @param admin its client
 */
export function answersFromSmallCatalogue(admin: () => GraphqlClient): void {
  const search = (input: object, more: object = {}) => admin().data<SearchAnswer>(SEARCH, { input, ...more });
  const code = (input: object, more: object = {}) => admin().code(SEARCH, { input, ...more });
  const money = (amount: string) => ({ amount, currency: 'EUR' });
  const products = [
    {
      id: 'tea-1',
      title: 'Red enamel teapot',
      description: 'A teapot for four cups of tea',
      brand: 'Acme',
      price: money('30'),
      rating: 4,
    },
    {
      id: 'tea-2',
      title: 'Blue porcelain teapot',
      brand: 'Bolt',
      price: money('45'),
      listPrice: money('60'),
      rating: 5,
    },
    { id: 'mug', title: 'Enamel mug', brand: 'Acme', price: money('9.5'), availability: 'OUT_OF_STOCK' },
    { id: 'mug-b', title: 'Enamel mug', brand: 'Acme', price: money('12') },
    {
      id: 'cable',
      title: 'USB-C cable 2 m',
      attributes: { colour: 'black', connector: ['USB-C', 'HDMI'] },
      price: money('7'),
    },
    {
      id: 'umbrella',
      title: 'Umbrella',
      description: `${'Keeps you dry. '.repeat(30)}Opens by itself in strong wind.`,
    },
    { id: 'shirt-s', title: 'Linen shirt S', groupId: 'shirt', price: money('20') },
    { id: 'shirt-m', title: 'Linen shirt M', groupId: 'shirt', price: money('22') },
    { id: 'shirt-l', title: 'Linen shirt L', groupId: 'shirt', price: money('24'), availability: 'OUT_OF_STOCK' },
    { id: 'kaffee', title: 'Kaffeemühle mit Häusern', language: 'de' },
    { id: 'soon', title: 'Gramophone', publishedAt: new Date(Date.now() + 3_600_000).toISOString() },
    { id: 'old', title: 'Discontinued gramophone', availability: 'DISCONTINUED' },
  ];

  beforeAll(async () => {
    const { upsertProducts } = await admin().data<UpsertAnswer>(UPSERT, { products });
    expect(upsertProducts.errors).toEqual([]);
    await search({ awaitReceipt: upsertProducts.receipt });
  });

  it('supports part numbers, phrases, excluded words and other languages', async () => {
    for (const [query, ids] of [
      ['usb-c', ['cable']],
      ['usbc cable', ['cable']],
      ['USB C', ['cable']],
      ['"enamel teapot"', ['tea-1']],
      ['"teapot enamel"', []],
      ['teapot -porcelain', ['tea-1']],
      ['kaffeemuehle', ['kaffee']],
      ['Häuser', ['kaffee']],
      ['the umbrella', ['umbrella']],
      ['gramophone', []],
    ] as const) {
      const { search: answer } = await search({ query });
      expect([query, found({ search: answer })]).toEqual([query, ids]);
      expect(answer.totalCount).toBe(ids.length);
    }
  });

  it('finds products by the beginning of a word while it is typed', async () => {
    expect(found(await search({ query: 'umbr', typing: true }))).toEqual(['umbrella']);
    expect(found(await search({ query: 'enamel te', typing: true }))).toEqual(['tea-1']);
    expect(found(await search({ query: 'enamel te ', typing: true }))).not.toEqual(['tea-1']);
  });

  it('corrects queries without results, suggests corrections for doubtful ones, and reports ignored words', async () => {
    // No product has both words: the likelier typo is corrected.
    expect((await search({ query: 'enamle "teapot" porcelan' })).search).toMatchObject({
      correctedQuery: 'enamel "teapot"',
      totalCount: 1,
      ignoredWords: ['porcelan'],
    });
    expect((await search({ query: 'porcelan teapt' })).search).toMatchObject({
      correctedQuery: 'porcelain teapot',
      totalCount: 1,
      ignoredWords: [],
    });
    expect((await search({ query: 'umbrella porcelain teapot' })).search).toMatchObject({
      correctedQuery: null,
      ignoredWords: ['umbrella'],
      totalCount: 1,
    });
    expect((await search({ query: 'xqzzy porcelan' })).search).toMatchObject({
      correctedQuery: 'porcelain',
      ignoredWords: ['xqzzy'],
      totalCount: 1,
    });
    expect((await search({ query: 'xqzzy' })).search).toMatchObject({
      totalCount: 0,
      correctedQuery: null,
      ignoredWords: [],
    });
  });

  it('highlights the intended words, whole', async () => {
    const highlights = async (query: string, typing = false) =>
      (await search({ query, typing })).search.edges[0].highlights.map(
        ({ field, fragments }) =>
          `${field}: ${fragments.map(({ text, matched }) => (matched ? `[${text}]` : text)).join('')}`,
      );
    expect(await highlights('porcelan teapots')).toEqual(['title: Blue [porcelain] [teapot]']);
    expect(await highlights('umbr', true)).toEqual(['title: [Umbrella]']);
    expect(await highlights('hdmi')).toEqual(['attributes.connector: [HDMI]']);
    const [dry] = await highlights('wind');
    expect(dry).toMatch(/^description: ….*strong \[wind\]\.$/);
    expect(dry.length).toBeLessThan(270);
  });

  it('sorts, with products without the number last', async () => {
    const filter = "product.id in ['tea-1', 'tea-2', 'mug-b', 'cable', 'umbrella']";
    const order = async (sort: string) => found(await search({ sort, filter }));
    expect(await order('PRICE_ASC')).toEqual(['cable', 'mug-b', 'tea-1', 'tea-2', 'umbrella']);
    expect(await order('PRICE_DESC')).toEqual(['tea-2', 'tea-1', 'mug-b', 'cable', 'umbrella']);
    expect((await order('RATING')).slice(0, 2)).toEqual(['tea-2', 'tea-1']);
    expect((await order('DISCOUNT'))[0]).toBe('tea-2');
  });

  it('filters and boosts by expressions', async () => {
    const filter = 'product.price < vars.most && product.brand == vars.brand';
    const filterVariables = { most: 31, brand: 'Acme' };
    expect(found(await search({ query: 'enamel', filter, filterVariables })).sort()).toEqual(['mug', 'mug-b', 'tea-1']);
    expect(found(await search({ query: 'enamel', boost: "product.id == 'tea-1' ? 1000.0 : 1.0" }))[0]).toBe('tea-1');
    expect(found(await search({ query: 'enamel', boost: "product.id == 'tea-1' ? 0.001 : 1.0" })).at(-1)).toBe('tea-1');
    expect(await code({ filter: 'product.nothing' })).toBe('BAD_USER_INPUT');
  });

  it("ranks products that can be bought before those that can't", async () => {
    expect(found(await search({ query: 'enamel mug' })).slice(0, 2)).toEqual(['mug-b', 'mug']);
  });

  it('shows one variant of a group, the best that passes', async () => {
    expect((await search({ query: 'linen shirt' })).search.totalCount).toBe(1);
    expect(found(await search({ query: 'linen shirt m' }))).toEqual(['shirt-m']);
    expect(found(await search({ query: 'linen shirt', filter: 'product.price > 22.5' }))).toEqual(['shirt-l']);
    expect(found(await search({ query: 'linen shirt', sort: 'PRICE_DESC' }))).toEqual(['shirt-l']);
  });

  it('browses any catalogue without a query', async () => {
    const { totalCount } = (await search({})).search;
    expect(totalCount).toBe(8);
    for (const query of ['', '   ', '""', '--', '🫖🫖', '\u0000\u0007', '\u202e\u200f', '"', '((((', '*'])
      expect([query, (await search({ query })).search.totalCount]).toEqual([query, totalCount]);
  });

  it('accepts any query', async () => {
    for (const query of [
      'the of and',
      '"unbalanced',
      'קומקום תה',
      'إبريق \u202e شاي',
      '茶壶',
      'a'.repeat(1_200),
      'teapot '.repeat(500),
      '-teapot -mug',
      `${'x'.repeat(900)}🫖`,
      '\ud83d',
      "'; DROP TABLE products; --",
      'usb-c-usb-c-usb-c-usb-c-usb-c-usb-c-usb-c-usb-c-usb-c',
      Array.from({ length: 40 }, (_, n) => `w${n}-a.b/c`).join(' '),
    ])
      expect([query, (await admin().send(SEARCH, { input: { query } })).errors]).toEqual([query, undefined]);
  });

  it.each<[string, object]>([
    ['a query', { query: 'x'.repeat(4_097) }],
    ['a receipt', { awaitReceipt: 'nonsense' }],
    ['a sort', { sort: 'PRICE' }],
    ['a language that is too long', { language: 'x'.repeat(36) }],
    ['a language that is none', { language: 'xx' }],
    ['a language that is a property of objects', { language: 'constructor' }],
    ['a language of signs', { language: '-_🫖\u202e' }],
    ['a customer', { customerId: 'nul\0' }],
    ['a placement that is too long', { placement: 'x'.repeat(65) }],
    ['a placement with NUL', { placement: 'nul\0' }],
    ['a placement with a control of direction', { placement: 'left\u202e' }],
    ['no filter', { filter: '' }],
    ['a filter that is no condition', { filter: '1.0' }],
    ['a filter that does not end', { filter: 'product.price < ' }],
    ['a filter of brackets', { filter: `${'('.repeat(2_000)}true${')'.repeat(2_000)}` }],
    ['a filter that is too long', { filter: `product.title != '${'x'.repeat(4_096)}'` }],
    ['a filter for the prototype', { filter: 'product.__proto__ == product.__proto__' }],
    ['a filter for the constructor', { filter: 'has(product.constructor)' }],
    ['a filter by a slow pattern', { filter: "product.title.matches('(a+)+$')" }],
    ['a boost that is no number', { boost: "'much'" }],
    ['variables that are too many', { filterVariables: { most: 'x'.repeat(40_000) } }],
    ['a facet of nothing', { facets: [{ field: '__proto__' }] }],
    ['a facet filter of nothing', { facetFilters: [{ field: 'constructor', values: ['x'] }] }],
  ])('refuses %s', async (_, input) => expect(await code(input)).toBe('BAD_USER_INPUT'));

  it('refuses invalid page sizes and cursors', async () => {
    const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const first of [-1, 101, 1e9, 2 ** 31, 1.5])
      expect([first, await code({ query: 'tea' }, { first })]).toEqual([first, 'BAD_USER_INPUT']);
    const wrong = [
      ['x'],
      ['search'],
      ['search', 'x'],
      ['search', [1, 2]],
      ['search', ['x', 0]],
      ['search', ['x', 1.5]],
    ];
    const cursors = ['', 'nonsense', '🫖', 'x'.repeat(3_000), forged(null), forged(['products', 'mug'])];
    for (const after of [...cursors, ...wrong.map(forged)])
      expect([after, await code({ query: 'tea' }, { after })]).toEqual([after, 'BAD_USER_INPUT']);
    for (const [id, rank] of [
      ['no such list', 1],
      ['*', 2],
      ['nul\0 \r\n', 3],
      ['x', Number.MAX_SAFE_INTEGER],
    ] as const)
      expect([id, await code({ query: 'tea' }, { after: forged(['search', [id, rank]]) })]).toEqual([
        id,
        'CURSOR_EXPIRED',
      ]);
    const { pageInfo, requestId } = (await search({ query: 'teapot' }, { first: 1 })).search;
    expect(pageInfo.hasNextPage).toBe(true);
    const beyond = await search({ query: 'teapot' }, { after: forged(['search', [requestId, 1e9]]) });
    expect(beyond.search.edges).toEqual([]);
  });

  it.each<[string, object]>([
    ['a placement of 64 bytes', { query: 'teapots', placement: `${'🫖'.repeat(15)}>†` }],
    ['no page', { query: 'teapots', facets: [] }],
    ['a facet that is a property of objects', { facets: [{ field: 'attributes.__proto__' }] }],
    ['a facet with the sign between name and value', { facets: [{ field: 'attributes.colour\u001fblack' }] }],
    ['a category of signs', { facets: [{ field: 'categories', parent: ' > \u001f\0' }] }],
    ['filters of nothing', { facetFilters: [{ field: 'brand', values: [] }] }],
    ['filters of signs', { facetFilters: [{ field: 'attributes.a\u001fb', values: ['\u001f', '\0', '\ud83d'] }] }],
    ['a range from the end to the beginning', { facetFilters: [{ field: 'price', from: 1e15, to: -1e15 }] }],
    ['the widest range', { facets: [{ field: 'price', boundaries: [-1e15, 1e15] }] }],
    ['a range of what has no number', { facets: [{ field: 'attributes.colour', interval: 1 }] }],
  ])('returns %s', async (_, input) => {
    expect((await admin().send(SEARCH, { input })).errors).toBeUndefined();
  });

  it('answers any interval: what is beyond the ranges of double precision is in the last, which has no end', async () => {
    const facet = (interval: number) => code({ facets: [{ field: 'price', interval }] });
    for (const interval of [1e-300, 5e-324, 1e-6, 1e15])
      expect([interval, await facet(interval)]).toEqual([interval, undefined]);
  });
}
