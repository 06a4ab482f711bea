import { readAdTokenKeys } from '../../../src/ads/billing/billing.store';
import {
  AD_DECISION,
  CAMPAIGN,
  changeAds,
  defineAds,
  eur,
  SPONSORED_SEARCH,
  type CampaignAnswer,
  type DecisionAnswer,
  type ShownSponsored,
  type SponsoredSearch,
} from '../../setup/ad-operations';
import type { GraphqlClient } from '../../setup/graphql-client';
import {
  CREATE_KEY,
  RECORD,
  START_SESSION,
  UPSERT,
  type CreateKeyAnswer,
  type StartSessionAnswer,
} from '../../setup/operations';
import { runningShop } from '../../setup/running-shop';
import { until } from '../../setup/until';

const PRODUCTS = Array.from({ length: 12 }, (_, index) => ({
  id: `kettle-${index + 1}`,
  title: `${['Red', 'Blue', 'Green'][index % 3]} kettle ${index + 1}`,
  categories: ['Kitchen > Kettles'],
  price: eur(`${10 + index}.00`),
  stock: 5,
}));
const placement = 'search-results';

describe('sponsored products of a search', () => {
  const shop = runningShop();
  let storefrontKey: string;

  beforeAll(async () => {
    const key = { input: { scope: 'STOREFRONT', name: 'shop' } };
    storefrontKey = (await shop.client.data<CreateKeyAnswer>(CREATE_KEY, key)).createApiKey.secret;
    await shop.client.data(UPSERT, { products: PRODUCTS });
    const lineItem = { campaignId: 'falke-spring', placements: [placement] };
    const receipt = await defineAds(shop.client, [
      ['upsertAdvertiser', { id: 'falke', name: 'Falke' }],
      ['upsertAdvertiser', { id: 'bolt', name: 'Bolt & Co' }],
      ['upsertAdvertiser', { id: 'cord', name: 'Cord' }],
      ['upsertAdPlacement', { id: placement, slots: 2, currency: 'EUR', reserveCpc: eur('0.05') }],
      ['createCampaign', campaign('falke-spring', 'falke', '5.00')],
      ['createCampaign', campaign('bolt-spring', 'bolt', '100.00')],
      ['createCampaign', campaign('cord-spring', 'cord', '100.00')],
      ['upsertLineItem', { ...lineItem, id: 'falke-1', bid: eur('0.40'), productIds: ['kettle-5', 'kettle-1'] }],
      [
        'upsertLineItem',
        {
          ...lineItem,
          id: 'bolt-1',
          campaignId: 'bolt-spring',
          bid: eur('0.30'),
          productIds: ['kettle-1', 'kettle-2'],
        },
      ],
      [
        'upsertLineItem',
        { ...lineItem, id: 'cord-1', campaignId: 'cord-spring', bid: eur('0.20'), productIds: ['kettle-3'] },
      ],
    ]);
    await shop.client.data(`query ($input: SearchInput!) { search(input: $input) { totalCount } }`, {
      input: { query: 'kettle', awaitReceipt: receipt },
    });
  });

  const campaign = (id: string, advertiserId: string, total: string) => ({
    ...{ id, advertiserId, name: `Spring of ${advertiserId}`, totalBudget: eur(total), timeZone: 'Europe/Berlin' },
  });
  const visitor = async () => {
    const anonymous = shop.client.as({ apiKey: storefrontKey });
    const { startSession } = await anonymous.data<StartSessionAnswer>(START_SESSION);
    return shop.client.as({ apiKey: storefrontKey, authorization: `Bearer ${startSession.token}` });
  };
  const search = async (by: GraphqlClient, input: object = {}, first = 10) =>
    (await by.data<SponsoredSearch>(SPONSORED_SEARCH, { input: { query: 'kettle', placement, ...input }, first }))
      .search;
  const send = async (by: GraphqlClient, type: string, ads: readonly Pick<ShownSponsored, 'token' | 'product'>[]) => {
    const events = ads.map(({ token, product }) => ({ type, productId: product.id, requestId: token }));
    const { recordEvents } = await by.data<{ recordEvents: { errors: object[] } }>(RECORD, { events });
    expect(recordEvents.errors).toEqual([]);
  };
  const report = async (id: string) => (await shop.client.data<CampaignAnswer>(CAMPAIGN, { id })).campaign;

  it('are chosen by auction, not repeated in the list, and leave the count', async () => {
    const by = await visitor();
    const { sponsored, nodes, totalCount } = await search(by);
    expect(sponsored).toMatchObject({ placement });
    expect(sponsored!.products.map(({ slot, advertiserName }) => [slot, advertiserName])).toEqual([
      [1, 'Falke'],
      [2, 'Bolt & Co'],
    ]);
    const ids = [...sponsored!.products.map(({ product }) => product.id), ...nodes.map(({ id }) => id)];
    expect(new Set(ids).size).toBe(ids.length);
    expect(nodes).toHaveLength(10);
    expect(totalCount).toBe(PRODUCTS.length);
  });

  it('are in the list like others if a directive leaves the field out', async () => {
    const skipped = `query ($ads: Boolean!) { search(input: { query: "kettle", placement: "${placement}" }, first: 20) {
      nodes { id } sponsored @include(if: $ads) { products { product { id } } } } }`;
    const by = await visitor();
    const nodes = async (ads: boolean) => (await by.data<SponsoredSearch>(skipped, { ads })).search.nodes.length;
    expect([await nodes(true), await nodes(false)]).toEqual([PRODUCTS.length - 2, PRODUCTS.length]);
  });

  it('obey filters, and are absent without a visit', async () => {
    const { sponsored } = await search(await visitor(), {
      filter: "!(product.id in ['kettle-1', 'kettle-2', 'kettle-5'])",
    });
    expect(sponsored!.products.map(({ advertiserName }) => advertiserName)).toEqual(['Cord']);
    expect((await search(shop.client)).sponsored!.products).toEqual([]);
    const { sponsored: none } = await search(await visitor(), { query: 'teapot' });
    expect(none!.products).toEqual([]);
  });

  it('continue on further pages without a product twice', async () => {
    const by = await visitor();
    const paged = `query ($input: SearchInput!, $after: String) { search(input: $input, first: 4, after: $after) {
      nodes { id } pageInfo { endCursor hasNextPage } sponsored { products { product { id } } } } }`;
    interface Page {
      readonly search: {
        readonly nodes: { id: string }[];
        readonly pageInfo: { endCursor: string; hasNextPage: boolean };
        readonly sponsored: { products: { product: { id: string } }[] };
      };
    }
    const shown: string[] = [];
    let after: string | null = null;
    let sponsoredFirst: string[] = [];
    do {
      const { search: page }: Page = await by.data<Page>(paged, { input: { query: 'kettle', placement }, after });
      const sponsored = page.sponsored.products.map(({ product }) => product.id);
      const nodes = page.nodes.map(({ id }) => id);
      expect(new Set([...sponsored, ...nodes]).size).toBe(sponsored.length + nodes.length);
      if (after === null) sponsoredFirst = sponsored;
      shown.push(...nodes);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(new Set(shown).size).toBe(shown.length);
    expect(new Set([...shown, ...sponsoredFirst]).size).toBe(PRODUCTS.length);
  });

  it('are none where the customer has sorted, where one product is relevant, and of products without all words', async () => {
    const { upsertSynonyms } = await shop.client.data<{ upsertSynonyms: { receipt: string } }>(
      `mutation { upsertSynonyms(input: { synonyms: [{ id: "boiler", kind: ONE_WAY, words: ["boiler"], finds: ["kettle"] }] }) {
        receipt } }`,
    );
    await search(shop.client, { awaitReceipt: upsertSynonyms.receipt });
    const by = await visitor();
    const asked = async (input: object) => {
      const { sponsored, nodes } = await search(by, input, 20);
      const shown = sponsored!.products.map(({ product }) => product.id);
      const { adDecision } = await shop.client.data<DecisionAnswer>(AD_DECISION, { id: sponsored!.id });
      return { shown, listed: nodes.map(({ id }) => id), reasons: [...reasonsOf(adDecision)] };
    };
    const reasonsOf = (decision: DecisionAnswer['adDecision']) =>
      new Set(decision?.excluded.map(({ reason }) => reason) ?? []);
    for (const input of [
      ...[{}, { query: 'kettles' }, { query: 'boiler' }, { query: null }, { sort: 'RELEVANCE' }],
      ...[{ typing: true }, { matching: 'ANY_WORD' }],
    ])
      expect([input, (await asked(input)).shown.length]).toEqual([input, 2]);
    for (const [input, reason, listed] of [
      [{ sort: 'PRICE_ASC' }, 'SORTED', 'kettle-1'],
      [{ sort: 'POPULAR' }, 'SORTED', 'kettle-1'],
      [{ query: null, sort: 'NEWEST' }, 'SORTED', 'kettle-1'],
      [{ query: 'kettle-5' }, 'ONE_PRODUCT', 'kettle-5'],
      [{ query: 'KETTLE 2' }, 'ONE_PRODUCT', 'kettle-2'],
      [{ query: 'red Kettle 1' }, 'ONE_PRODUCT', 'kettle-1'],
      [{ filter: "product.id == 'kettle-2'" }, 'ONE_PRODUCT', 'kettle-2'],
      [{ query: 'ketle' }, 'NOT_ALL_WORDS', 'kettle-1'],
      [{ query: 'kettle zeppelin' }, 'NOT_ALL_WORDS', 'kettle-1'],
      [{ query: 'blue kettle', matching: 'ANY_WORD' }, 'NOT_ALL_WORDS', 'kettle-1'],
      // Each product has only a word that begins with the one that is typed.
      [{ query: 'kett', typing: true }, 'NOT_ALL_WORDS', 'kettle-1'],
    ] as const) {
      const answer = await asked(input);
      expect([input, answer]).toMatchObject([input, { shown: [], reasons: [reason] }]);
      expect([input, answer.listed]).toEqual([input, expect.arrayContaining([listed])]);
    }
    // The products that have one of the words only are no ads, on this page and the next.
    expect((await asked({ query: 'green kettle' })).shown).toEqual(['kettle-3']);
    const blue = { query: 'blue kettle', placement };
    const paged = `query ($input: SearchInput!, $after: String) { search(input: $input, first: 2, after: $after) {
      pageInfo { endCursor } sponsored { products { product { id } } } } }`;
    type Page = SponsoredSearch & { readonly search: { readonly pageInfo: { readonly endCursor: string } } };
    const pagesOf = async (input: object) => {
      const { search: first } = await by.data<Page>(paged, { input });
      const { search: second } = await by.data<Page>(paged, { input, after: first.pageInfo.endCursor });
      return [first, second].map(({ sponsored }) => sponsored!.products.map(({ product }) => product.id).sort());
    };
    expect(await pagesOf(blue)).toEqual([
      ['kettle-2', 'kettle-5'],
      ['kettle-2', 'kettle-5'],
    ]);
    expect(await pagesOf({ ...blue, matching: 'ANY_WORD' })).toEqual([[], []]);
    expect(await pagesOf({ query: 'kettle', sort: 'PRICE_ASC', placement })).toEqual([[], []]);
    expect(await pagesOf({ query: 'kettle zeppelin', placement })).toEqual([[], []]);
    // A place without a list has the ads of the same search.
    const ads = `query ($input: AdsInput!) { ads(input: $input) { products { product { id } } } }`;
    for (const [query, count] of [
      ['kettle', 2],
      ['kettle-5', 0],
      ['ketle', 0],
    ] as const) {
      const answer = await by.data<{ ads: { products: object[] } }>(ads, { input: { placement, query } });
      expect([query, answer.ads.products.length]).toEqual([query, count]);
    }
  });

  it('cost what the auction says for a click, once', async () => {
    const before = (await report('falke-spring')).figures;
    const by = await visitor();
    const { sponsored } = await search(by);
    const [first] = sponsored!.products;
    await send(by, 'IMPRESSION', sponsored!.products);
    await send(by, 'CLICK', [first]);
    await send(by, 'CLICK', [first]);
    const after = await until(
      () => report('falke-spring'),
      ({ figures }) => figures.invalidClicks > before.invalidClicks && figures.impressions > before.impressions,
    );
    expect(after.status).toBe('RUNNING');
    expect(after.figures).toMatchObject({
      clicks: before.clicks + 1,
      invalidClicks: before.invalidClicks + 1,
      impressions: before.impressions + 1,
      freeClicks: 0,
    });
    const { rows } = await shop.pool.query<{ price: number; charged: number; outcome: string }>(
      `SELECT price, charged, outcome FROM ad_ledger WHERE type = 'CLICK' ORDER BY position, sequence`,
    );
    expect(rows.map(({ outcome }) => outcome)).toEqual(['CHARGED', 'REPEATED']);
    expect(rows[0].charged).toBe(rows[0].price);
    // Between the reserve and the bid, in millionths.
    expect(rows[0].price).toBeGreaterThanOrEqual(50_000);
    expect(rows[0].price).toBeLessThanOrEqual(400_000);
    expect(after.figures.spend.amount).toBe(after.spendToday.amount);
    expect(Math.round(Number(after.figures.spend.amount) * 1e6)).toBe(rows[0].charged);
  });

  it('cost nothing for tokens that are forged, of another visit, or of another product', async () => {
    const [one, other] = [await visitor(), await visitor()];
    const [ad] = (await search(one)).sponsored!.products;
    const before = (await report('falke-spring')).figures;
    await send(other, 'CLICK', [ad]);
    await send(one, 'CLICK', [{ ...ad, token: `${ad.token.slice(0, -6)}AAAAAA` }]);
    await send(one, 'CLICK', [{ ...ad, product: { id: 'kettle-9' } }]);
    const after = await until(
      () => report('falke-spring'),
      ({ figures }) => figures.invalidClicks > before.invalidClicks,
    );
    // The door drops the other two: a storefront key can only name what was issued to its visit.
    expect(after.figures).toMatchObject({ clicks: before.clicks, spend: before.spend });
    expect((await readAdTokenKeys(shop.pool)).size).toBe(1);
  });

  it('end with the budget: what does not fit is free, and no further ad is shown', async () => {
    const shown: { by: GraphqlClient; ad: ShownSponsored }[] = [];
    while (shown.length < 25) {
      const by = await visitor();
      const ad = (await search(by)).sponsored!.products.find(({ advertiserName }) => advertiserName === 'Falke');
      if (ad !== undefined) shown.push({ by, ad });
    }
    for (const { by, ad } of shown) await send(by, 'CLICK', [ad]);
    const { figures } = await until(
      () => report('falke-spring'),
      ({ figures: { clicks } }) => clicks >= 26,
    );
    expect(figures.freeClicks).toBeGreaterThan(0);
    expect(Number(figures.spend.amount)).toBeLessThanOrEqual(5);
    // The rest is bid as well, as long as it pays for a click at the reserve.
    const restInCents = Math.round(100 * (5 - Number(figures.spend.amount)) * 1e6) / 1e6;
    expect((await report('falke-spring')).status).toBe(restInCents < 5 ? 'SPENT' : 'RUNNING');
    const input = { id: 'falke-spring', totalBudget: eur('4.00') };
    const { userErrors } = await changeAds(shop.client, 'updateCampaign', input);
    expect(userErrors).toMatchObject([{ code: 'BAD_USER_INPUT', field: ['input', 'totalBudget'] }]);
    await defineAds(shop.client, [['updateCampaign', { id: 'falke-spring', totalBudget: eur(figures.spend.amount) }]]);
    expect((await report('falke-spring')).status).toBe('SPENT');
    const names = await until(
      async () => (await search(await visitor())).sponsored!.products.map(({ advertiserName }) => advertiserName),
      (advertisers) => !advertisers.includes('Falke'),
    );
    expect(names).toEqual(['Bolt & Co', 'Cord']);
  });

  it('need a known placement, and are not offered in subscriptions; the list itself is answered', async () => {
    const by = await visitor();
    for (const [input, code] of [
      [{ query: 'kettle', placement: 'nowhere' }, 'NOT_FOUND'],
      [{ query: 'kettle' }, 'BAD_USER_INPUT'],
    ] as const) {
      const { data, errors } = await by.send<SponsoredSearch>(SPONSORED_SEARCH, { input, first: 5 });
      expect(errors).toMatchObject([{ path: ['search', 'sponsored'], extensions: { code } }]);
      expect(data?.search.nodes).toHaveLength(5);
      expect(data?.search.sponsored).toBeNull();
    }
    const list = 'nodes { id } sponsored { id }';
    const input = '{ intent: POPULAR, placement: "nowhere" }';
    expect(
      await by.send(`{
        recommendations(input: ${input}, first: 2) { ${list} }
        recommendationRails(inputs: [${input}], first: 2) { ${list} }
        ads(input: { placement: "nowhere" }) { id }
        viewer { scope }
      }`),
    ).toMatchObject({
      data: {
        recommendations: { nodes: expect.any(Array), sponsored: null },
        recommendationRails: [{ nodes: expect.any(Array), sponsored: null }],
        ads: null,
        viewer: { scope: 'STOREFRONT' },
      },
      errors: expect.arrayContaining(
        [['recommendations', 'sponsored'], ['recommendationRails', 0, 'sponsored'], ['ads']].map((path) =>
          expect.objectContaining({ path, extensions: expect.objectContaining({ code: 'NOT_FOUND' }) }),
        ),
      ),
    });
  });
});
