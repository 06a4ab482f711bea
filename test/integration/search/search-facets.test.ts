import { groupBy } from '../../../src/learn/group-by';
import { randomItem } from '../../../src/learn/random-draws';
import type { GraphqlClient } from '../../setup/graphql-client';
import { type FacetAnswer, SEARCH, type SearchAnswer, UPSERT, type UpsertAnswer } from '../../setup/operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testProducts, type TestProduct } from '../../setup/search-shop';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';
import { seededRandom } from '../../../src/learn/seeded-random';

interface Filter {
  readonly field: string;
  readonly values?: readonly string[];
  readonly from?: number;
  readonly to?: number;
}
interface Request {
  readonly field: string;
  readonly first?: number;
  readonly parent?: string;
  readonly interval?: number;
  readonly boundaries?: readonly number[];
}
interface Asked {
  readonly query?: string;
  readonly filter?: string;
  readonly matching?: 'FILL_UP' | 'ALL_WORDS' | 'ANY_WORD';
  readonly facetFilters: readonly Filter[];
  readonly facets: readonly Request[];
}

/** Computes the values of a field by hand. */
function valuesOf(product: TestProduct, field: string): string[] {
  if (field === 'brand') return product.brand === null ? [] : [product.brand];
  if (field === 'availability') return [product.availability];
  if (field === 'categories') {
    const paths = product.categories.map((path) => path.split(' > '));
    return [...new Set(paths.flatMap((steps) => steps.map((_, i) => steps.slice(0, i + 1).join(' > '))))];
  }
  const value = product.attributes[field.replace('attributes.', '')];
  return (Array.isArray(value) ? (value as unknown[]) : [value]).map(String);
}

function numberOf(product: TestProduct, field: string): number {
  if (field === 'price') return product.price === null ? NaN : Number(product.price.amount);
  if (field === 'rating') return product.rating ?? NaN;
  return (product.attributes[field.replace('attributes.', '')] as number | undefined) ?? NaN;
}

const passes = (product: TestProduct, { field, values, from, to }: Filter): boolean => {
  if (values !== undefined && !values.some((value) => valuesOf(product, field).includes(value))) return false;
  if (from === undefined && to === undefined) return true;
  const number = numberOf(product, field);
  return number >= (from ?? -Infinity) && number < (to ?? Infinity);
};

const hasWord = (product: TestProduct, word: string): boolean => {
  const { title, description, brand, categories, attributes } = product;
  const texts = [title, description, brand ?? '', ...categories, ...Object.values(attributes).flat().map(String)];
  const words = texts.join(' ').toLowerCase().split(/\W+/);
  return words.includes(word) || words.includes(`${word}s`);
};

/** Computes the filter below by hand. */
const FILTER = "product.price < 20.0 && 'Garden' in product.categories || product.brand == 'Acme'";
const holds = (product: TestProduct): boolean =>
  (numberOf(product, 'price') < 20 && product.categories.includes('Garden')) || product.brand === 'Acme';

/** Combines the variants of a group into one. */
function things(products: readonly TestProduct[]): TestProduct[][] {
  return [...groupBy(products, ({ groupId, id }) => groupId ?? `alone ${id}`).values()];
}

function facetByHand(products: readonly TestProduct[], asked: Asked, request: Request): FacetAnswer {
  const { field, interval, boundaries, parent, first = 10 } = request;
  const isNumber = interval !== undefined || boundaries !== undefined;
  const matching = products.filter((product) =>
    asked.facetFilters.every((filter) => {
      const own = filter.field === field && (filter.values === undefined) === isNumber;
      return own || passes(product, filter);
    }),
  );
  const groups = things(matching);
  if (!isNumber) {
    const counts = new Map<string, number>();
    for (const group of groups)
      for (const value of new Set(group.flatMap((product) => valuesOf(product, field))))
        counts.set(value, (counts.get(value) ?? 0) + 1);
    const selected = asked.facetFilters.flatMap((filter) => (filter.field === field ? (filter.values ?? []) : []));
    const told = [...counts.keys()]
      .filter((value) => parent === undefined || value.split(' > ').slice(0, -1).join(' > ') === parent)
      .sort((a, b) => (counts.get(b) as number) - (counts.get(a) as number) || (a < b ? -1 : 1));
    const shown = [...new Set([...told.slice(0, first), ...selected])];
    const values = shown.map((value) => ({
      value,
      count: counts.get(value) ?? 0,
      selected: selected.includes(value),
    }));
    return { field, values, distinctCount: told.length, ranges: [], minimum: null, maximum: null };
  }
  const numbers = matching.map((product) => numberOf(product, field)).filter((number) => !Number.isNaN(number));
  const bounds =
    boundaries ??
    Array.from({ length: 100 }, (_, i) => i * (interval as number)).filter(
      (bound) => bound <= Math.max(...numbers) + 50,
    );
  const ranges = bounds.slice(1).map((to, i) => ({
    from: bounds[i],
    to,
    count: groups.filter((group) => group.some((product) => passes(product, { field, from: bounds[i], to }))).length,
  }));
  return {
    field,
    values: [],
    distinctCount: 0,
    ranges: boundaries === undefined ? ranges.filter(({ count }) => count > 0) : ranges,
    minimum: numbers.length === 0 ? null : Math.min(...numbers),
    maximum: numbers.length === 0 ? null : Math.max(...numbers),
  };
}

describe('facets and counts, compared with counting the catalogue by hand', () => {
  let shop: TestNamespace;
  let api: ShopProcess & { client: GraphqlClient };
  let worker: ShopProcess;
  let products = testProducts(300, 5);

  const search = (input: object, first = 5) => api.client.data<SearchAnswer>(SEARCH, { input, first });
  const put = async (some: readonly TestProduct[]) =>
    (await api.client.data<UpsertAnswer>(UPSERT, { products: some })).upsertProducts.receipt;

  const random = seededRandom(11);
  const some = <T>(from: readonly T[], most: number): T[] => from.filter(() => random() < most / from.length);
  const FILTERS: readonly Filter[] = [
    { field: 'brand', values: ['Acme', 'Cord'] },
    { field: 'brand', values: ['Nobody'] },
    { field: 'categories', values: ['Home'] },
    { field: 'categories', values: ['Garden > Tents', 'Home > Kitchen'] },
    { field: 'attributes.colour', values: ['red', 'green'] },
    { field: 'attributes.size', values: ['M'] },
    { field: 'attributes.weight', from: 3, to: 7 },
    { field: 'price', from: 5 },
    { field: 'price', to: 22.5 },
    { field: 'availability', values: ['IN_STOCK'] },
  ];
  const REQUESTS: readonly Request[] = [
    { field: 'brand', first: 1 },
    { field: 'brand' },
    { field: 'categories' },
    { field: 'categories', parent: '' },
    { field: 'categories', parent: 'Home' },
    { field: 'availability' },
    { field: 'attributes.colour', first: 2 },
    { field: 'attributes.size' },
    { field: 'attributes.weight' },
    { field: 'attributes.weight', interval: 2 },
    { field: 'price', interval: 5 },
    { field: 'price', boundaries: [0, 10, 12.5, 100] },
    { field: 'rating', boundaries: [1, 3, 6] },
  ];

  const compare = async (asked: Asked, receipt?: string) => {
    const sold = products.filter(({ availability }) => availability !== 'DISCONTINUED');
    const words = asked.query?.split(' ') ?? [];
    const matching = sold.filter(
      (product) =>
        (asked.matching === 'ANY_WORD' && words.length > 0
          ? words.some((word) => hasWord(product, word))
          : words.every((word) => hasWord(product, word))) &&
        (asked.filter === undefined || holds(product)),
    );
    const { search: answer } = await search({ ...asked, awaitReceipt: receipt });
    expect(answer.ignoredWords).toEqual([]);
    const found = matching.filter((product) => asked.facetFilters.every((filter) => passes(product, filter)));
    const groups = things(found);
    expect(answer.totalCount).toBe(groups.length);
    const { matching: mode = 'FILL_UP' } = asked;
    const isFilled = mode === 'FILL_UP' && groups.length < 20;
    const others = !isFilled
      ? []
      : things(
          sold.filter(
            (product) =>
              words.some((word) => hasWord(product, word)) &&
              (asked.filter === undefined || holds(product)) &&
              asked.facetFilters.every((filter) => passes(product, filter)),
          ),
        ).filter((group) => !group.some((product) => found.includes(product)));
    const shown = answer.edges.map(({ node, isPartialMatch }) => ({ id: node.id, isPartialMatch }));
    const full = shown.filter(({ isPartialMatch }) => !isPartialMatch);
    const partial = shown.filter(({ isPartialMatch }) => isPartialMatch);
    expect(shown).toEqual([...full, ...partial]);
    expect(full).toHaveLength(Math.min(5, groups.length));
    expect(partial).toHaveLength(Math.min(5 - full.length, others.length));
    for (const { id } of full) expect(found.map((product) => product.id)).toContain(id);
    for (const { id } of partial) expect(others.flat().map((product) => product.id)).toContain(id);
    const groupOf = (id: string) => products.find((product) => product.id === id)?.groupId ?? id;
    expect(new Set(shown.map(({ id }) => groupOf(id))).size).toBe(shown.length);
    expect(answer.facets).toEqual(asked.facets.map((request) => facetByHand(matching, asked, request)));
  };
  const anything = (): Asked => ({
    ...(random() < 0.6 ? { query: randomItem(['lamp', 'red', 'red lamp', 'tent wooden', 'chair acme'], random) } : {}),
    ...(random() < 0.4 ? { filter: FILTER } : {}),
    ...(random() < 0.4 ? { matching: randomItem(['ALL_WORDS', 'ANY_WORD'] as const, random) } : {}),
    facetFilters: some(FILTERS, 2),
    facets: some(REQUESTS, 3),
  });

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorker(shop);
    api = await startApi(shop);
    await put(products.slice(0, 200));
    // Changes in the base segment and later changes are counted together.
    await api.stop();
    api = await startApi(shop);
    await search({ awaitReceipt: await put(products.slice(200)) });
  });

  afterAll(async () => {
    expect(await api.stop()).toBe(0);
    expect(await worker.stop()).toBe(0);
    await shop.drop();
  });

  it('are exact for any choice of query, filter and facets', async () => {
    for (let n = 0; n < 60; n++) await compare(anything());
  });

  it('are exact after products have changed and were deleted', async () => {
    const changed = testProducts(300, 5).map((product, n) =>
      n % 3 === 0 ? { ...testProducts(300, 6)[n], id: product.id } : product,
    );
    products = changed.filter((_, n) => n % 7 !== 1);
    await put(changed);
    const { deleteProducts } = await api.client.data<{ deleteProducts: { receipt: string } }>(
      'mutation($ids: [ID!]!) { deleteProducts(input: { ids: $ids }) { receipt } }',
      { ids: changed.filter((_, n) => n % 7 === 1).map(({ id }) => id) },
    );
    for (let n = 0; n < 40; n++) await compare(anything(), deleteProducts.receipt);
  });

  it('are exact for a numeric attribute that came to a running shop, as soon as its column is built', async () => {
    const depth = (n: number) => (n % 3 === 0 ? {} : { depth: n % 8 });
    products = products.map((product, n) => ({ ...product, attributes: { ...product.attributes, ...depth(n) } }));
    await put(products);
    const facetFilters = [{ field: 'attributes.depth', from: 2, to: 5 }];
    await until(
      async () => (await search({ facetFilters })).search.totalCount,
      (count) => count > 0,
    );
    const facets = [{ field: 'attributes.depth', boundaries: [0, 3, 6, 10] }, { field: 'brand' }];
    await compare({ facetFilters, facets });
    await compare({ query: 'lamp', facetFilters: [], facets });
    // Others come while the column of the first one is built.
    for (const name of ['height', 'width', 'length']) {
      products = products.map((product) => ({ ...product, attributes: { ...product.attributes, [name]: 3 } }));
      await put(products);
    }
    for (const field of ['attributes.height', 'attributes.width', 'attributes.length'])
      await until(
        async () => (await search({ facetFilters: [{ field, from: 2, to: 5 }] })).search.totalCount,
        (count) => count > 0,
      );
    await compare({ facetFilters, facets });
  });

  it('reject fields and ranges that they do not support', async () => {
    const code = (input: object) => api.client.code(SEARCH, { input });
    for (const facet of [
      { field: 'colour' },
      { field: 'attributes.' },
      { field: 'price' },
      { field: 'price', interval: 0 },
      { field: 'price', interval: 1, boundaries: [1, 2] },
      { field: 'price', boundaries: [2, 1] },
      { field: 'price', boundaries: [1] },
      { field: 'brand', first: 101 },
      { field: 'brand', parent: '' },
      { field: 'brand', interval: 2 },
    ])
      expect([facet, await code({ facets: [facet] })]).toEqual([facet, 'BAD_USER_INPUT']);
    for (const filter of [
      { field: 'group', values: ['x'] },
      { field: 'brand' },
      { field: 'price', values: ['1'] },
      { field: 'brand', from: 1 },
      { field: 'brand', values: Array<string>(101).fill('x') },
    ])
      expect([filter, await code({ facetFilters: [filter] })]).toEqual([filter, 'BAD_USER_INPUT']);
    expect(await code({ facets: Array(21).fill({ field: 'brand' }) })).toBe('BAD_USER_INPUT');
    expect(
      (await search({ facets: [{ field: 'attributes.none', interval: 1 }, { field: 'attributes.none' }] })).search
        .facets,
    ).toMatchObject([{ ranges: [] }, { values: [] }]);
  });
});
