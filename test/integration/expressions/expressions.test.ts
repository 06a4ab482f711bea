import type { GraphqlClient } from '../../setup/graphql-client';
import {
  CREATE_KEY,
  type CreateKeyAnswer,
  ids,
  ISSUE_TOKEN,
  type IssueTokenAnswer,
  LIST,
  LIVE,
  RECORD,
  UPSERT,
  type ListAnswer,
  type LiveAnswer,
  type RecordAnswer,
  type UpsertAnswer,
} from '../../setup/operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const PRODUCTS = `query($filter: String, $vars: JSONObject, $first: Int, $after: String) {
  products(filter: $filter, filterVariables: $vars, first: $first, after: $after) {
    nodes { id } pageInfo { hasNextPage endCursor }
  }
}`;
const RAILS = `query($inputs: [RecommendationsInput!]!, $first: Int) {
  recommendationRails(inputs: $inputs, first: $first) {
    requestId nodes { id } edges { rank reasons { source share } } pageInfo { hasNextPage }
  }
}`;
const CUSTOMERS = `mutation($customers: [CustomerInput!]!) {
  upsertCustomers(input: { customers: $customers }) { receipt errors { code } }
}`;

interface ProductsAnswer {
  readonly products: {
    readonly nodes: readonly { readonly id: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}
interface RailsAnswer {
  readonly recommendationRails: readonly {
    readonly requestId: string;
    readonly nodes: readonly { readonly id: string }[];
    readonly edges: readonly { readonly rank: number }[];
    readonly pageInfo: { readonly hasNextPage: boolean };
  }[];
}

const DAY = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * DAY).toISOString();

/** 120 products of three kinds; every tenth is expensive, the first six of a kind are new. */
const products = ['tea', 'tool', 'toy'].flatMap((kind) =>
  [...Array(40).keys()].map((n) => ({
    id: `${kind}-${n}`,
    title: `${kind} number ${n}`,
    categories: [kind, n % 2 === 0 ? 'even' : 'odd'],
    brand: n % 4 === 0 ? null : `brand ${n % 4}`,
    price: { amount: n % 10 === 0 ? '99.90' : `${n}.50`, currency: 'EUR' },
    stock: n + 1,
    attributes: n % 3 === 0 ? { color: 'red', sizes: [n, 42] } : n % 3 === 1 ? { color: 5 } : {},
    publishedAt: n < 6 ? ago(n + 1) : ago(400),
  })),
);

describe('filter, boost, NEW and rails', () => {
  let shop: TestNamespace;
  let api: ShopProcess & { client: GraphqlClient };
  let worker: ShopProcess;
  let client: GraphqlClient;
  let storefront: GraphqlClient;

  const list = (input: object, more: object = {}) => client.data<ListAnswer>(LIST, { input, ...more });
  const record = async (events: object[]) => {
    const { recordEvents } = await client.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents.errors).toEqual([]);
    return recordEvents.receipt as string;
  };
  const rails = async (inputs: object[], first = 10) =>
    (await client.data<RailsAnswer>(RAILS, { inputs, first })).recommendationRails.map(({ nodes }) =>
      nodes.map(({ id }) => id),
    );
  const numberOf = (id: string) => Number(id.split('-')[1]);

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorker(shop);
    api = await startApi(shop);
    client = api.client;
    await client.data<UpsertAnswer>(UPSERT, { products });
    const events = products.slice(0, 100).map(({ id }, at) => ({
      type: 'PURCHASE',
      source: 'ORDERS',
      id: `${at % 10}:${at}`,
      occurredAt: ago(1 + (at % 5)),
      customerId: `c${at % 10}`,
      productId: id,
    }));
    const { upsertCustomers } = await client.data<{ upsertCustomers: { receipt: string } }>(CUSTOMERS, {
      customers: [{ id: 'c1', attributes: { kind: 'toy', budget: 20 } }],
    });
    expect(upsertCustomers.receipt).toBeDefined();
    await list({ intent: 'POPULAR', awaitReceipt: await record(events) });
    const { createApiKey } = await client.data<CreateKeyAnswer>(CREATE_KEY, {
      input: { scope: 'STOREFRONT', name: 'window' },
    });
    const { issueCustomerToken } = await client.data<IssueTokenAnswer>(ISSUE_TOKEN, { input: { customerId: 'c1' } });
    storefront = client.as({
      apiKey: createApiKey.secret,
      authorization: `Bearer ${issueCustomerToken.token}`,
    });
  });

  afterAll(async () => {
    await Promise.all([client.close(), storefront.close()]);
    const codes = await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
    expect(codes).toEqual([0, 0]);
  });

  it.each(['PERSONAL', 'POPULAR', 'TRENDING', 'NEW'])('%s has only products that pass, and is full', async (intent) => {
    const input = {
      intent,
      customerId: 'c1',
      filter: "'tea' in product.categories && product.price < vars.max && product.currency == 'EUR'",
      filterVariables: { max: 20 },
      includePurchased: true,
    };
    const found = ids(await list(input, { first: 16 }));
    // tea-1 … tea-19 except tea-10, which is expensive, as tea-0 is.
    expect(found).toHaveLength(16);
    for (const id of found)
      expect([id.split('-')[0], numberOf(id) < 20, numberOf(id) % 10 === 0]).toEqual(['tea', true, false]);
  });

  it('SIMILAR, COMPLEMENTARY and BASKET apply the filter too', async () => {
    for (const intent of ['SIMILAR', 'COMPLEMENTARY', 'BASKET']) {
      const found = ids(
        await list({ intent, productIds: ['tea-1'], filter: "'toy' in product.categories" }, { first: 30 }),
      );
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter((id) => !id.startsWith('toy-'))).toEqual([]);
    }
  });

  it('a comparison with a missing value or one of another type never holds, negated or not', async () => {
    const all = async (filter: string) => {
      const { nodes } = (await client.data<ProductsAnswer>(PRODUCTS, { filter, first: 100 })).products;
      return nodes.map(({ id }) => numberOf(id) % 12);
    };
    expect(new Set(await all('product.brand == "brand 1"'))).toEqual(new Set([1, 5, 9]));
    expect(new Set(await all('product.brand != "brand 1"'))).toEqual(new Set([2, 3, 6, 7, 10, 11]));
    expect(new Set(await all('!has(product.brand)'))).toEqual(new Set([0, 4, 8]));
    expect(new Set(await all('product.attributes.color.startsWith("r")'))).toEqual(new Set([0, 3, 6, 9]));
    expect(new Set(await all('42 in product.attributes.sizes || product.attributes.color == 5'))).toEqual(
      new Set([0, 3, 6, 9, 1, 4, 7, 10]),
    );
    expect(await all('product.attributes.sizes[0] == 12 && product.stock == 13')).toEqual([0, 0, 0]);
  });

  it('reads attributes of the customer, for the back end only', async () => {
    const filter = 'customer.attributes.kind in product.categories && product.price < customer.attributes.budget';
    const found = ids(await list({ intent: 'POPULAR', customerId: 'c1', filter }));
    expect(found).toHaveLength(10);
    for (const id of found) expect([id.split('-')[0], numberOf(id) < 20]).toEqual(['toy', true]);
    expect(ids(await list({ intent: 'POPULAR', customerId: 'nobody', filter }))).toEqual([]);
    expect(ids(await list({ intent: 'POPULAR', filter: 'customer.id == "c1"', customerId: 'c1' }))).toHaveLength(10);
    // A filter would disclose to a browser, bit by bit, what its key may not read.
    for (const secret of ['customer.attributes.budget > 1', 'product.stock > 3', 'has(product.stock)']) {
      expect(await storefront.code(LIST, { input: { intent: 'POPULAR', filter: secret } })).toBe('FORBIDDEN');
      expect(await storefront.code(PRODUCTS, { filter: secret })).toBe('FORBIDDEN');
    }
    expect(await storefront.code(LIST, { input: { intent: 'POPULAR', boost: 'product.stock' } })).toBe('FORBIDDEN');
    const own = await storefront.data<ListAnswer>(LIST, {
      input: { intent: 'POPULAR', filter: 'customer.id == "c1"' },
    });
    expect(ids(own)).toHaveLength(10);
  });

  it('a boost changes the ranking, and is among the reasons', async () => {
    const boost = 'product.brand == vars.brand ? 1000 : 1';
    const input = { intent: 'POPULAR', boost, filterVariables: { brand: 'brand 3' } };
    const { recommendations } = await list(input);
    expect(recommendations.edges.map(({ node }) => numberOf(node.id) % 4)).toEqual(Array(10).fill(3));
    for (const { reasons } of recommendations.edges) {
      expect(reasons[0]).toMatchObject({ source: 'boost', share: 0.999, text: '100 %: boosted by the shop' });
    }
  });

  it('reports the position of an error in an expression', async () => {
    const extensions = async (input: object) =>
      (await client.send(LIST, { input: { intent: 'POPULAR', ...input } })).errors?.[0].extensions;
    expect(await extensions({ filter: 'product.price <\n  product.prise' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'filter',
      position: { offset: 26, line: 2, column: 11 },
    });
    expect(await extensions({ boost: 'product.title' })).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'boost' });
    expect(await extensions({ filter: 'product.price < vars.max', filterVariables: { max: '5' } })).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'filter',
      position: { offset: 0, line: 1, column: 1 },
    });
    expect(await extensions({ filterVariables: { 'a b': 1 } })).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await client.code(PRODUCTS, { filter: 'product.title.matches("(a+)+$")' })).toBe('BAD_USER_INPUT');
    expect(await extensions({ intent: 'RECENTLY_VIEWED', customerId: 'c1', boost: '2' })).toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    const stream = client.subscribe(LIVE, { input: { intent: 'POPULAR', filter: 'nonsense' } });
    await expect(stream.next().then(({ value }) => (value as { errors?: object[] }).errors)).resolves.toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', argument: 'filter' } },
    ]);
  });

  it('refuses expressions that take too long', async () => {
    const list = [...Array(1_000).keys()];
    const term = 'vars.list.exists(x, x * product.price == 1.23)';
    const filter = Array(40).fill(term).join(' || ');
    expect(await client.code(PRODUCTS, { filter, vars: { list } })).toBe('TOO_COMPLEX');
    // All fields of one request share its cost budget.
    const one = `products(filter: $filter, filterVariables: $vars) { nodes { id } }`;
    const query = (fields: string) => `query($filter: String, $vars: JSONObject) { ${fields} }`;
    const dear = { filter: Array(15).fill(term).join(' || '), vars: { list } };
    expect(await client.code(query(one), dear)).toBeUndefined();
    expect(await client.code(query(`a: ${one} b: ${one} c: ${one}`), dear)).toBe('TOO_COMPLEX');
  });

  it('pages through the products that pass, without repeats or gaps', async () => {
    const filter = "'odd' in product.categories";
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const page: ProductsAnswer = await client.data(PRODUCTS, { filter, first: 7, after });
      seen.push(...page.products.nodes.map(({ id }) => id));
      if (!page.products.pageInfo.hasNextPage) break;
      expect(page.products.nodes).toHaveLength(7);
      after = page.products.pageInfo.endCursor;
    }
    expect(seen).toEqual(products.flatMap(({ id }) => (numberOf(id) % 2 === 1 ? id : [])).sort());
  });

  it('a subscription applies its filter to every update', async () => {
    const input = {
      intent: 'RECENTLY_VIEWED',
      customerId: 'w',
      filter: 'product.price < vars.max',
      filterVariables: { max: 9 },
    };
    const stream = client.subscribe<LiveAnswer>(LIVE, { input });
    const next = async () => (await stream.next()).value.data.recommendationsUpdated.nodes;
    expect(await next()).toEqual([]);
    await record([{ type: 'VIEW', customerId: 'w', productId: 'toy-30' }]);
    await record([{ type: 'VIEW', customerId: 'w', productId: 'toy-3' }]);
    expect(await next()).toEqual([{ id: 'toy-3' }]);
    await stream.return?.();
  });

  it('NEW has recently published products that the customer does not have', async () => {
    const receipt = await record([
      { type: 'PURCHASE', source: 'ORDERS', id: 'n:1', occurredAt: ago(0.01), customerId: 'n', productId: 'toy-0' },
    ]);
    const input = { intent: 'NEW', customerId: 'n', awaitReceipt: receipt };
    const found = ids(await list(input, { first: 17 }));
    expect(found.map(numberOf).every((n) => n < 6)).toBe(true);
    expect(found).not.toContain('toy-0');
    expect(ids(await list({ ...input, includePurchased: true }, { first: 18 }))).toContain('toy-0');
    expect(ids(await list({ intent: 'NEW' }, { first: 18 })).every((id) => numberOf(id) < 6)).toBe(true);
    // A product with a future publication date is in no list, as a new product or to fill it up.
    const later = { id: 'later-1', title: 'next week’s', categories: ['later'], publishedAt: ago(-7) };
    await client.data<UpsertAnswer>(UPSERT, { products: [later, { ...later, id: 'later-2', publishedAt: ago(1) }] });
    for (const intent of ['NEW', 'POPULAR']) {
      const next = { intent, filter: "'later' in product.categories" };
      expect(
        ids(
          await until(
            () => list(next),
            (found) => ids(found).length > 0,
          ),
        ),
      ).toEqual(['later-2']);
    }
  });

  it('rails share no product, each is full, and the first is the same as without the others', async () => {
    const inputs = [
      { intent: 'POPULAR' },
      { intent: 'TRENDING' },
      { intent: 'PERSONAL', customerId: 'c1' },
      { intent: 'SIMILAR', productIds: ['tea-1'] },
      { intent: 'NEW', filter: "'tool' in product.categories" },
    ];
    const answer = await rails(inputs);
    expect(answer.map((rail) => rail.length)).toEqual([10, 10, 10, 10, 10]);
    expect(new Set(answer.flat()).size).toBe(50);
    expect(answer[0]).toEqual(ids(await list(inputs[0])));
    expect(answer[4].every((id) => id.startsWith('tool-'))).toBe(true);
    // A later rail is the list without the products of the earlier ones.
    expect(answer[1]).toEqual(ids(await list({ intent: 'TRENDING', exclude: answer[0] })));
  });

  it('rails include the effect of an awaited receipt, and belong to the visitor with a storefront key', async () => {
    const receipt = await record([{ type: 'VIEW', customerId: 'r', productId: 'toy-7' }]);
    const viewed = { intent: 'RECENTLY_VIEWED', customerId: 'r', awaitReceipt: receipt };
    const [first, second, third] = await rails([viewed, viewed, { intent: 'POPULAR', awaitReceipt: receipt }], 3);
    expect([first, second, third.length]).toEqual([['toy-7'], [], 3]);
    const own = { intent: 'BUY_AGAIN' };
    const mine = await storefront.data<RailsAnswer>(RAILS, { inputs: [own], first: 5 });
    expect(mine.recommendationRails[0].nodes.map(({ id }) => id)).toEqual(
      ids(await list({ ...own, customerId: 'c1' }, { first: 5 })),
    );
    expect(await storefront.code(RAILS, { inputs: [own, { ...own, customerId: 'c2' }] })).toBe('FORBIDDEN');
    expect(await client.code(RAILS, { inputs: [{ intent: 'POPULAR', awaitReceipt: 'nonsense' }] })).toBe(
      'BAD_USER_INPUT',
    );
  });

  it('rails are limited in number and in cost', async () => {
    const inputs = (count: number) => Array<object>(count).fill({ intent: 'POPULAR' });
    expect(await rails(inputs(0))).toEqual([]);
    expect(await rails(inputs(20), 6)).toHaveLength(20);
    expect(await client.code(RAILS, { inputs: inputs(21), first: 1 })).toBe('BAD_USER_INPUT');
    expect(await client.code(RAILS, { inputs: inputs(2), first: 101 })).toBe('BAD_USER_INPUT');
    const large = RAILS.replace('nodes { id }', 'nodes { id title variants { id title } }');
    expect(await client.code(large, { inputs: inputs(20), first: 100 })).toBe('TOO_COMPLEX');
    expect(await client.code(RAILS, { inputs: [...inputs(1), { intent: 'SIMILAR' }] })).toBe('BAD_USER_INPUT');
  });
});
