import { defineAds, eur, type AdMutation, type ShownSponsored } from '../../setup/ad-operations';
import type { GraphqlClient } from '../../setup/graphql-client';
import {
  CREATE_KEY,
  LIST,
  RECORD,
  START_SESSION,
  UPSERT,
  type CreateKeyAnswer,
  type RecordAnswer,
} from '../../setup/operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const KINDS = ['kettle', 'lamp'];
const COUNT = 8;
const PRODUCTS = KINDS.flatMap((kind) =>
  Array.from({ length: COUNT }, (_, n) => ({
    id: `${kind}-${n}`,
    title: `Steel ${kind} ${n}`,
    categories: [kind],
    price: eur(`${10 + n}.00`),
  })),
);
const [KETTLES, LAMPS] = KINDS.map((kind) => PRODUCTS.map(({ id }) => id).filter((id) => id.startsWith(kind)));
const CUSTOMERS = ['agrees', 'silent', 'refuses', 'opted-out'];
const SLOTS = 4;
const SPONSORED = '{ products { product { id } } }';
const ADS = `query ($input: AdsInput!) { ads(input: $input) ${SPONSORED} }`;
const LISTS = `query ($input: RecommendationsInput!, $first: Int, $after: String) {
  list: recommendations(input: $input, first: $first, after: $after) {
    nodes { id } pageInfo { endCursor } sponsored ${SPONSORED} } }`;
const RAILS = `query ($inputs: [RecommendationsInput!]!) {
  recommendationRails(inputs: $inputs, first: 2) { nodes { id } sponsored ${SPONSORED} } }`;
const SEARCHES = `query ($input: SearchInput!, $first: Int, $after: String) {
  list: search(input: $input, first: $first, after: $after) {
    nodes { id } pageInfo { endCursor } sponsored ${SPONSORED} } }`;

interface Sponsored {
  readonly products: readonly ShownSponsored[];
}
interface Listed {
  readonly list: {
    readonly nodes: readonly { readonly id: string }[];
    readonly pageInfo: { readonly endCursor: string };
    readonly sponsored: Sponsored;
  };
}
type Who = Readonly<Record<string, unknown>>;
/** Returns the ids of the ads that a place shows, in their order. */
type Place = (who: Who, by?: GraphqlClient) => Promise<string[]>;

describe('ads', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApiProcess>>;
  let worker: OwnProcess;
  let client: GraphqlClient;
  /** A visit with a storefront key. */
  let visitor: GraphqlClient;
  let strangers = 0;
  const stranger = (): Who => ({ sessionId: `stranger-${++strangers}` });

  const idsOf = ({ products }: Sponsored) => products.map(({ product }) => product.id);
  const ads =
    (input: object): Place =>
    async (who, by = client) =>
      idsOf((await by.data<{ ads: Sponsored }>(ADS, { input: { placement: 'home', ...input, ...who } })).ads);
  /** @param pages the number of the page whose ads are returned */
  const listed =
    (query: string, input: object, pages = 1): Place =>
    async (who, by = client) => {
      let after: string | null = null;
      for (let page = 1; ; page++) {
        const variables: object = { input: { placement: 'home', ...input, ...who }, first: 3, after };
        const { list } = await by.data<Listed>(query, variables);
        if (page === pages) return idsOf(list.sponsored);
        after = list.pageInfo.endCursor;
      }
    };
  const rails =
    (intent: string): Place =>
    async (who, by = client) => {
      const inputs = [{ placement: 'home', intent, ...who }];
      const answer = await by.data<{ recommendationRails: [{ sponsored: Sponsored }] }>(RAILS, { inputs });
      return idsOf(answer.recommendationRails[0].sponsored);
    };
  /** The places whose lists depend on the visitor's history. */
  const PERSONAL: Readonly<Record<string, Place>> = {
    'ads without a query': ads({}),
    'ads of a query': ads({ query: 'steel' }),
    'ads of a category': ads({ filter: "'lamp' in product.categories || 'kettle' in product.categories" }),
    'a personal list': listed(LISTS, { intent: 'PERSONAL' }),
    'the second page of a list': listed(LISTS, { intent: 'PERSONAL' }, 2),
    'a personal rail': rails('PERSONAL'),
    'products viewed recently': listed(LISTS, { intent: 'RECENTLY_VIEWED' }),
    'products to buy again': listed(LISTS, { intent: 'BUY_AGAIN' }),
    'a search': listed(SEARCHES, { query: 'steel' }),
    'the second page of a search': listed(SEARCHES, { query: 'steel' }, 2),
    'a search without words': listed(SEARCHES, {}),
  };
  const OTHERS: Readonly<Record<string, Place>> = {
    'ads of a product': ads({ productIds: ['kettle-0'] }),
    'ads of a cart': ads({ productIds: ['kettle-0', 'lamp-0'] }),
    ...Object.fromEntries(
      ['POPULAR', 'TRENDING', 'NEW'].map((intent): [string, Place] => [intent, listed(LISTS, { intent })]),
    ),
    ...Object.fromEntries(
      ['SIMILAR', 'COMPLEMENTARY', 'BASKET'].map((intent): [string, Place] => [
        intent,
        listed(LISTS, { intent, productIds: ['kettle-0'] }),
      ]),
    ),
  };

  beforeAll(async () => {
    shop = await testNamespace();
    worker = startWorkerProcess(shop);
    api = await startApiProcess(shop, { AD_CONSENT_ATTRIBUTE: 'adConsent' });
    client = api.client;
    await client.data(UPSERT, { products: PRODUCTS });
    const upsert = `mutation ($customers: [CustomerInput!]!) {
      upsertCustomers(input: { customers: $customers }) { errors { message } } }`;
    await client.data(upsert, {
      customers: [
        { id: 'agrees', attributes: { adConsent: true } },
        { id: 'silent' },
        { id: 'refuses', attributes: { adConsent: false } },
        { id: 'opted-out', attributes: { adConsent: true }, profiling: false },
      ],
    });
    const receipt = await defineAds(client, [
      ['upsertAdPlacement', { id: 'home', slots: SLOTS, currency: 'EUR' }],
      ...PRODUCTS.flatMap(({ id }): [AdMutation, object][] => [
        ['upsertAdvertiser', { id, name: id }],
        ['createCampaign', { id, advertiserId: id, name: id, totalBudget: eur('50000.00') }],
        ['upsertLineItem', { id, campaignId: id, placements: ['home'], bid: eur('0.20'), productIds: [id] }],
      ]),
    ]);
    await client.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: receipt } });
    const { createApiKey } = await client.data<CreateKeyAnswer>(CREATE_KEY, {
      input: { scope: 'STOREFRONT', name: 'shop' },
    });
    const apiKey = createApiKey.secret;
    const storefront = client.as({ apiKey });
    const { startSession } = await storefront.data<{ startSession: { token: string } }>(START_SESSION);
    visitor = storefront.as({ apiKey, authorization: `Bearer ${startSession.token}` });
    await record(liked({}, ['kettle-6', 'kettle-7']), visitor);
    await record([
      // Kettles are popular.
      ...views(9, 'kettles', KETTLES),
      ...views(3, 'lamps', LAMPS),
      ...[...CUSTOMERS.map((customerId) => ({ customerId })), { sessionId: 'visit' }].flatMap((who) => [
        ...liked(who),
        { type: 'PURCHASE', productId: 'lamp-4', ...who },
      ]),
    ]);
  });

  afterAll(async () => {
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  const views = (sessions: number, name: string, ids: readonly string[]) =>
    Array.from({ length: sessions }, (_, n) =>
      ids.map((productId) => ({ type: 'VIEW', productId, sessionId: `${name}-${n}` })),
    ).flat();
  const liked = (who: Who, ids = ['lamp-1', 'lamp-2', 'lamp-3']) => [
    ...ids.map((productId) => ({ type: 'VIEW', productId, ...who })),
    { type: 'LIKE', productId: ids.at(-1), ...who },
  ];
  const record = async (events: readonly object[], by = client) => {
    const { recordEvents } = await by.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents.errors).toEqual([]);
    await by.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: recordEvents.receipt } });
  };

  it.each(Object.keys(PERSONAL))('%s: are chosen by history only with consent', async (name) => {
    const place = PERSONAL[name];
    const without = await place(stranger());
    expect(without).toHaveLength(SLOTS);
    for (const who of [
      { sessionId: 'visit' },
      { sessionId: 'visit', adConsent: false },
      { customerId: 'silent' },
      { customerId: 'refuses', adConsent: true },
      { customerId: 'opted-out', adConsent: true },
      { customerId: 'silent', sessionId: 'visit', adConsent: true },
    ])
      expect([who, await place(who)]).toEqual([who, without]);
    // The history says something else.
    for (const who of [{ sessionId: 'visit', adConsent: true }, { customerId: 'agrees' }])
      expect([who, await place(who)]).not.toEqual([who, without]);
  });

  it.each(Object.keys(OTHERS))('%s: are the same for a visitor with a history', async (name) => {
    const place = OTHERS[name];
    expect(await place({ sessionId: 'visit' })).toEqual(await place(stranger()));
  });

  it('are chosen by history for a visit that has agreed, with a storefront key', async () => {
    for (const place of [PERSONAL['ads without a query'], PERSONAL['a search']]) {
      const without = await place(stranger());
      expect(await place({}, visitor)).toEqual(without);
      expect(await place({ adConsent: true }, visitor)).not.toEqual(without);
    }
  });

  it('do not depend on a customer by a boost of the list, and obey its filter', async () => {
    const without = await PERSONAL['a search'](stranger());
    const boost = "customer.id == 'silent' && 'lamp' in product.categories ? 9.0 : 1.0";
    expect(await listed(SEARCHES, { query: 'steel', boost })({ customerId: 'silent' })).toEqual(without);
    expect(await listed(LISTS, { intent: 'POPULAR', boost })({ customerId: 'silent' })).toEqual(
      await listed(LISTS, { intent: 'POPULAR' })(stranger()),
    );
    const filter = "customer.id != 'silent' || 'lamp' in product.categories";
    for (const place of [listed(SEARCHES, { query: 'steel', filter }), listed(LISTS, { intent: 'PERSONAL', filter })])
      expect((await place({ customerId: 'silent' })).filter((id) => id.startsWith('kettle'))).toEqual([]);
  });

  it('are those that pass a filter that only this customer passes', async () => {
    const filter = "customer.id == 'silent' && 'lamp' in product.categories";
    const places = [
      ads({ filter }),
      ads({ filter, query: 'steel' }),
      ...[1, 2].map((page) => listed(SEARCHES, { query: 'steel', filter }, page)),
      ...['PERSONAL', 'POPULAR', 'BUY_AGAIN'].map((intent) => listed(LISTS, { intent, filter })),
    ];
    const all = await Promise.all(
      [{ customerId: 'silent' }, { customerId: 'refuses' }, { sessionId: 'visit' }, stranger()].map((who) =>
        Promise.all(places.map((place) => place(who))),
      ),
    );
    const [ofCustomer, ...ofOthers] = all;
    expect(ofCustomer.map((ids) => ids.length)).toEqual(places.map(() => SLOTS));
    expect(ofCustomer.flat().filter((id) => !LAMPS.includes(id))).toEqual([]);
    expect(ofOthers.flat(2)).toEqual([]);
  });

  it('are not on the page a second time as another variant', async () => {
    const variants = ['a', 'b'].map((size) => ({ id: `pan-${size}`, title: `Copper pan ${size}`, groupId: 'pan' }));
    await client.data(UPSERT, { products: variants.map((product) => ({ ...product, price: eur('9.00') })) });
    await defineAds(client, [
      ['upsertAdPlacement', { id: 'pans', slots: 1, currency: 'EUR' }],
      [
        'upsertLineItem',
        { id: 'pan', campaignId: 'lamp-0', placements: ['pans'], bid: eur('0.20'), productIds: ['pan-a'] },
      ],
    ]);
    const who = { sessionId: 'pans' };
    await record([...views(9, 'pans', ['pan-a']), ...liked(who, ['pan-b'])]);
    for (const [query, input] of [
      [LISTS, { intent: 'PERSONAL' }],
      [SEARCHES, {}],
    ] as const) {
      const variables = { input: { ...input, ...who, placement: 'pans' }, first: 20 };
      const { list } = await client.data<Listed>(query, variables);
      expect(idsOf(list.sponsored)).toHaveLength(1);
      expect(list.nodes.map(({ id }) => id).filter((id) => id.startsWith('pan-'))).toEqual([]);
    }
  });
});
