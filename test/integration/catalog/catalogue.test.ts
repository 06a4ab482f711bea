import type { GraphqlClient } from '../../setup/graphql-client';
import { ids, LIST, RECORD, UPSERT, type ListAnswer, type RecordAnswer } from '../../setup/operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const WRITTEN = '{ accepted unchanged receipt errors { index code path } }';
const OFFERS = `mutation($offers: [OfferInput!]!) { written: updateOffers(input: { offers: $offers }) ${WRITTEN} }`;
const DELETE = `mutation($ids: [ID!]!) { written: deleteProducts(input: { ids: $ids }) ${WRITTEN} }`;
const PUT = UPSERT.replace('upsertProducts', 'written: upsertProducts');
const CUSTOMERS = `mutation($customers: [CustomerInput!]!) {
  written: upsertCustomers(input: { customers: $customers }) { accepted receipt errors { index code path } }
}`;
const PRODUCT = `query($id: ID!) {
  product(id: $id) { title price { amount currency } listPrice { amount } stock availability updatedAt variants { id } }
}`;

interface Written {
  readonly accepted: number;
  readonly unchanged?: number;
  readonly receipt: string;
  readonly errors: readonly { index: number; code: string; path: string | null }[];
}
interface Page<T> {
  readonly nodes: readonly T[];
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
}

const NOW = Date.now();
const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString();
const money = (amount: string, currency = 'EUR') => ({ amount, currency });

describe('the catalogue and the customers', () => {
  let shop: TestNamespace;
  let api: OwnProcess & { client: GraphqlClient };
  let worker: OwnProcess;
  let client: GraphqlClient;

  const list = (input: object, more: object = {}) => client.data<ListAnswer>(LIST, { input, ...more });
  /** Runs a mutation and returns when queries see its effect. */
  const write = async (mutation: string, variables: object): Promise<Omit<Written, 'receipt'>> => {
    const { receipt, ...written } = (await client.data<{ written: Written }>(mutation, variables)).written;
    await list({ intent: 'POPULAR', awaitReceipt: receipt });
    return written;
  };
  const offer = (offer: object) => write(OFFERS, { offers: [offer] });
  const product = async (id: string) =>
    (await client.data<{ product: Record<string, unknown> }>(PRODUCT, { id })).product;
  const record = async (events: object[]) => {
    const { recordEvents } = await client.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents.errors).toEqual([]);
    await list({ intent: 'POPULAR', awaitReceipt: recordEvents.receipt });
  };
  const fine = { accepted: 1, unchanged: 0, errors: [] };
  const stale = { accepted: 0, unchanged: 0, errors: [{ index: 0, code: 'STALE', path: 'updatedAt' }] };
  /** Reads all pages of a list, and checks `hasNextPage` on each. */
  const allPages = async <T>(ask: (after: string | null) => Promise<Page<T>>, first: number): Promise<T[]> => {
    const all: T[] = [];
    for (let after: string | null = null; ;) {
      const page = await ask(after);
      expect(page.nodes).toEqual(page.edges.map(({ node }) => node));
      expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
      expect([page.pageInfo.startCursor, page.pageInfo.endCursor]).toEqual([
        page.edges[0].cursor,
        page.edges.at(-1)?.cursor,
      ]);
      all.push(...page.nodes);
      if (!page.pageInfo.hasNextPage) return all;
      expect(page.nodes).toHaveLength(first);
      after = page.pageInfo.endCursor;
    }
  };

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorkerProcess(shop);
    api = await startApiProcess(shop);
    client = api.client;
    const products = [
      { id: 'lamp', title: 'Lamp', price: money('20.00'), stock: 5, updatedAt: ago(1_000) },
      { id: 'shirt-s', title: 'Shirt S', groupId: 'shirt', updatedAt: ago(1_000) },
      { id: 'shirt-m', title: 'Shirt M', groupId: 'shirt', updatedAt: ago(1_000) },
      { id: 'shirt-l', title: 'Shirt L', groupId: 'shirt', updatedAt: ago(1_000) },
      { id: 'gone', title: 'Soon gone', updatedAt: ago(1_000) },
    ];
    expect(await write(PUT, { products })).toEqual({ accepted: 5, unchanged: 0, errors: [] });
  });

  afterAll(async () => {
    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    await shop.drop();
  });

  describe('updateOffers', () => {
    it('changes price and stock, leaves other fields unchanged, and clears with null', async () => {
      expect(
        await offer({ id: 'lamp', price: money('17.50'), listPrice: money('20.00'), updatedAt: ago(900) }),
      ).toEqual(fine);
      expect(await product('lamp')).toEqual({
        title: 'Lamp',
        price: money('17.50'),
        listPrice: { amount: '20.00' },
        stock: 5,
        availability: 'IN_STOCK',
        updatedAt: ago(1_000),
        variants: [],
      });
      expect(await offer({ id: 'lamp', listPrice: null, updatedAt: ago(890) })).toEqual(fine);
      expect(await product('lamp')).toMatchObject({ price: money('17.50'), listPrice: null });
      expect(await offer({ id: 'lamp', price: money('17.50'), updatedAt: ago(880) })).toEqual({
        ...fine,
        unchanged: 1,
      });
    });

    it('has its own clock: an offer is stale if it is older than the newest offer, not than the product', async () => {
      await write(PUT, { products: [{ id: 'lamp', title: 'Desk lamp', updatedAt: ago(100) }] });
      expect(await offer({ id: 'lamp', price: money('16.00'), updatedAt: ago(500) })).toEqual(fine);
      expect(await offer({ id: 'lamp', price: money('99.00'), updatedAt: ago(501) })).toEqual(stale);
      expect(await product('lamp')).toMatchObject({ title: 'Desk lamp', price: money('16.00'), updatedAt: ago(100) });
      // A product's own update may be newer while its price is older than the known one: then all but the price is
      // applied.
      await offer({ id: 'lamp', price: money('15.00'), updatedAt: ago(40) });
      await write(PUT, {
        products: [{ id: 'lamp', title: 'Reading lamp', price: money('99.00'), updatedAt: ago(50) }],
      });
      expect(await product('lamp')).toMatchObject({ title: 'Reading lamp', price: money('15.00') });
    });

    it('reports which item is invalid, and applies the others', async () => {
      const offers = [
        { id: 'nowhere', stock: 1 },
        { id: 'lamp', stock: 1.5 },
        { id: 'lamp', listPrice: money('20.00', 'USD') },
        { id: 'lamp', stock: 6 },
      ];
      expect(await write(OFFERS, { offers })).toEqual({
        accepted: 1,
        unchanged: 0,
        errors: [
          { index: 0, code: 'NOT_FOUND', path: 'id' },
          { index: 1, code: 'BAD_USER_INPUT', path: 'stock' },
          { index: 2, code: 'BAD_USER_INPUT', path: 'listPrice.currency' },
        ],
      });
      expect(await product('lamp')).toMatchObject({ stock: 6 });
    });

    it('derives the availability from stock, and removes sold-out products from the lists that sell', async () => {
      await record(['lamp', 'shirt-s'].map((productId) => ({ type: 'VIEW', customerId: 'viewer', productId })));
      const shown = async () => ({
        popular: ids(await list({ intent: 'POPULAR' })).includes('lamp'),
        personal: ids(await list({ intent: 'PERSONAL', customerId: 'viewer' })).includes('lamp'),
        similar: ids(await list({ intent: 'SIMILAR', productIds: ['shirt-s'] })).includes('lamp'),
        viewed: ids(await list({ intent: 'RECENTLY_VIEWED', customerId: 'viewer' })).includes('lamp'),
      });
      const everywhere = { popular: true, personal: true, similar: true, viewed: true };
      expect(await shown()).toEqual(everywhere);
      await offer({ id: 'lamp', stock: 0 });
      expect(await product('lamp')).toMatchObject({ stock: 0, availability: 'OUT_OF_STOCK' });
      expect(await shown()).toEqual({ popular: false, personal: false, similar: false, viewed: true });
      await offer({ id: 'lamp', stock: 3 });
      expect(await product('lamp')).toMatchObject({ stock: 3, availability: 'IN_STOCK' });
      expect(await shown()).toEqual(everywhere);
      await offer({ id: 'lamp', stock: 0, availability: 'PREORDER' });
      expect(await shown()).toEqual(everywhere);
    });
  });

  it('lists variants: the other products of the group, as long as they are in it', async () => {
    expect(await product('shirt-m')).toMatchObject({ variants: [{ id: 'shirt-l' }, { id: 'shirt-s' }] });
    await write(PUT, { products: [{ id: 'shirt-l', groupId: null }] });
    expect(await product('shirt-m')).toMatchObject({ variants: [{ id: 'shirt-s' }] });
    expect(await product('shirt-l')).toMatchObject({ variants: [] });
  });

  it('deletes products from the lists and by id; an unknown product is NOT_FOUND', async () => {
    await record([{ type: 'VIEW', customerId: 'mourner', productId: 'gone' }]);
    const lists = async () => [
      ids(await list({ intent: 'POPULAR' })),
      ids(await list({ intent: 'RECENTLY_VIEWED', customerId: 'mourner' })),
    ];
    for (const list of await lists()) expect(list).toContain('gone');
    expect(await write(DELETE, { ids: ['nowhere', 'gone'] })).toEqual({
      accepted: 1,
      unchanged: 0,
      errors: [{ index: 0, code: 'NOT_FOUND', path: 'id' }],
    });
    for (const list of await lists()) expect(list).not.toContain('gone');
    expect(await product('gone')).toBeNull();
    expect(await offer({ id: 'gone', stock: 1 })).toMatchObject({ errors: [{ code: 'NOT_FOUND' }] });
    // The product's events are in the log: upserted again, it has its history.
    await write(PUT, { products: [{ id: 'gone', title: 'Back again' }] });
    expect((await lists())[1]).toEqual(['gone']);
  });

  it('pages through the catalogue by id', async () => {
    const more = [...Array(20).keys()].map((n) => ({ id: `paged-${String(n).padStart(2, '0')}`, title: `Paged ${n}` }));
    await write(PUT, { products: [...more].reverse() });
    const query = `query($after: String) { products(first: 6, after: $after) {
      nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
    const all = await allPages(
      async (after) => (await client.data<{ products: Page<{ id: string }> }>(query, { after })).products,
      6,
    );
    const expected = ['gone', 'lamp', ...more.map(({ id }) => id), 'shirt-l', 'shirt-m', 'shirt-s'];
    expect(all.map(({ id }) => id)).toEqual(expected);
    expect(await client.code('{ products(first: 101) { nodes { id } } }')).toBe('BAD_USER_INPUT');
    expect(await client.code('{ products(after: "nonsense") { nodes { id } } }')).toBe('BAD_USER_INPUT');
  });

  describe('customers', () => {
    const CUSTOMER = 'query($id: ID!) { customer(id: $id) { id attributes updatedAt } }';
    const customer = async (id: string) => (await client.data<{ customer: object | null }>(CUSTOMER, { id })).customer;
    const put = (...customers: object[]) => write(CUSTOMERS, { customers });

    it('are upserted partially: an absent field is unchanged, null clears it, an older update is stale', async () => {
      const attributes = { tier: 'gold', since: 2020 };
      expect(await put({ id: 'ada', attributes, updatedAt: ago(500) })).toEqual({ accepted: 1, errors: [] });
      expect(await customer('ada')).toEqual({ id: 'ada', attributes, updatedAt: ago(500) });
      expect(await put({ id: 'ada', updatedAt: ago(400) })).toEqual({ accepted: 1, errors: [] });
      expect(await customer('ada')).toEqual({ id: 'ada', attributes, updatedAt: ago(400) });
      expect(
        await put(
          { id: 'ada', attributes: {}, updatedAt: ago(401) },
          { id: '' },
          { id: 'bob', attributes: { tier: 'tin' } },
        ),
      ).toEqual({
        accepted: 1,
        errors: [
          { index: 0, code: 'STALE', path: 'updatedAt' },
          { index: 1, code: 'BAD_USER_INPUT', path: 'id' },
        ],
      });
      expect(await customer('ada')).toMatchObject({ attributes, updatedAt: ago(400) });
      expect(await customer('bob')).toMatchObject({ attributes: { tier: 'tin' } });
      await put({ id: 'ada', attributes: null, updatedAt: ago(300) });
      expect(await customer('ada')).toMatchObject({ attributes: {} });
      expect(await customer('nobody')).toBeNull();
    });

    it('are also known from their events, and listed by id', async () => {
      await record([{ type: 'VIEW', customerId: 'from-an-event', productId: 'lamp' }]);
      await put(...[...Array(5).keys()].map((n) => ({ id: `listed-${n}` })));
      const query = `query($after: String) { customers(first: 4, after: $after) {
        nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
      const all = await allPages(
        async (after) => (await client.data<{ customers: Page<{ id: string }> }>(query, { after })).customers,
        4,
      );
      const expected = [
        'ada',
        'bob',
        'from-an-event',
        'listed-0',
        'listed-1',
        'listed-2',
        'listed-3',
        'listed-4',
        'mourner',
        'viewer',
      ];
      expect(all.map(({ id }) => id)).toEqual(expected);
    });

    it('have a history, newest first, in pages that neither repeat nor skip simultaneous events', async () => {
      const line = (n: number, seconds: number) => ({
        type: 'PURCHASE',
        source: 'ORDERS',
        id: `order:${n}`,
        occurredAt: ago(seconds),
        customerId: 'reader',
        productId: 'lamp',
        quantity: n,
        unitPrice: money('15.00'),
      });
      const events = [1, 2, 3, 4, 5].map((n) => line(n, 60)).concat([6, 7].map((n) => line(n, 60 - n)));
      await record(events);
      const query = `query($after: String) { customer(id: "reader") { history(first: 2, after: $after) {
        nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;
      const all = await allPages(
        async (after) =>
          (await client.data<{ customer: { history: Page<{ id: string }> } }>(query, { after })).customer.history,
        2,
      );
      expect(all.map(({ id }) => id)).toEqual([7, 6, 5, 4, 3, 2, 1].map((n) => `order:${n}`));
      const whole = `{ customer(id: "reader") { history(first: 1) {
        nodes { type source occurredAt quantity unitPrice { amount currency } product { title } } } } }`;
      expect(await client.data(whole)).toEqual({
        customer: {
          history: {
            nodes: [
              {
                type: 'PURCHASE',
                source: 'ORDERS',
                occurredAt: ago(53),
                quantity: 7,
                unitPrice: money('15.00'),
                product: { title: 'Reading lamp' },
              },
            ],
          },
        },
      });
      expect(await client.code('{ customer(id: "reader") { history(after: "nonsense") { nodes { id } } } }')).toBe(
        'BAD_USER_INPUT',
      );
    });
  });
});
