import {
  AD_DECISION,
  CAMPAIGN,
  changeAds,
  defineAds,
  eur,
  type AdMutation,
  type CampaignAnswer,
  type DecisionAnswer,
  type ShownSponsored,
} from '../../setup/ad-operations';
import type { Answer } from '../../setup/graphql-client';
import { LIST, RECORD, UPSERT } from '../../setup/operations';
import { runningShop } from '../../setup/running-shop';
import { until } from '../../setup/until';

const PRODUCTS = ['kettle', 'teapot', 'lamp'].flatMap((kind) =>
  Array.from({ length: 6 }, (_, index) => ({
    id: `${kind}-${index + 1}`,
    title: `Steel ${kind} ${index + 1}`,
    categories: [kind === 'lamp' ? 'Living > Lamps' : 'Kitchen'],
    price: eur(`${10 + index}.00`),
    stock: 5,
  })),
);
const ADS = `query ($input: AdsInput!) {
  ads(input: $input) { id placement products { slot advertiserName product { id } token } }
}`;
const SPONSORED_LIST = `query ($input: RecommendationsInput!, $first: Int) {
  recommendations(input: $input, first: $first) { nodes { id } sponsored { products { product { id } } } }
}`;
const SPONSORED_RAILS = `query ($inputs: [RecommendationsInput!]!) {
  recommendationRails(inputs: $inputs, first: 4) { nodes { id } sponsored { products { product { id } } } }
}`;
interface Sponsored {
  readonly nodes: readonly { readonly id: string }[];
  readonly sponsored: { readonly products: readonly ShownSponsored[] };
}
interface Shown {
  readonly ads: { readonly id: string; readonly placement: string; readonly products: readonly ShownSponsored[] };
}

/** Each test uses placements and advertisers of its own. */
describe('ads', () => {
  const shop = runningShop({ AD_CONSENT_ATTRIBUTE: 'adConsent' });
  let visits = 0;

  beforeAll(async () => {
    await shop.client.data(UPSERT, { products: PRODUCTS });
    const events = PRODUCTS.flatMap(({ id }, index) =>
      Array.from({ length: 3 }, (_, n) => ({ type: 'VIEW', productId: id, sessionId: `early-${(index + n) % 7}` })),
    );
    const { recordEvents } = await shop.client.data<{ recordEvents: { receipt: string } }>(RECORD, { events });
    await shop.client.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: recordEvents.receipt } });
  });

  /** Defines a placement with line items of different advertisers. */
  const define = async (placement: string, lineItems: readonly object[], more: object = {}) => {
    const receipt = await defineAds(shop.client, [
      ['upsertAdPlacement', { id: placement, slots: 4, currency: 'EUR', ...more }],
      ...lineItems.flatMap((lineItem, index): [AdMutation, object][] => {
        const id = `${placement}-${index + 1}`;
        return [
          ['upsertAdvertiser', { id, name: `Advertiser ${index + 1}` }],
          ['createCampaign', { id, advertiserId: id, name: id, totalBudget: eur('50.00') }],
          ['upsertLineItem', { id, campaignId: id, placements: [placement], bid: eur('0.20'), ...lineItem }],
        ];
      }),
    ]);
    await shop.client.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: receipt } });
  };
  const ads = async (placement: string, input: object) =>
    (await shop.client.data<Shown>(ADS, { input: { placement, sessionId: `visit-${++visits}`, ...input } })).ads;
  const shownIn = async (placement: string, input: object) =>
    (await ads(placement, input)).products.map(({ advertiserName }) => Number(advertiserName.split(' ')[1])).sort();
  const decision = async (id: string) =>
    until(
      async () => (await shop.client.data<DecisionAnswer>(AD_DECISION, { id })).adDecision,
      (found) => found !== null,
    );

  it('match keywords in any form of the words', async () => {
    const productIds = ['kettle-1', 'kettle-2', 'kettle-3'];
    await define('keywords', [
      { productIds, exactKeywords: ['steel kettles'] },
      { productIds, phraseKeywords: ['kettle'] },
      { productIds, negativeKeywords: ['steel'] },
      { productIds },
    ]);
    expect(await shownIn('keywords', { query: 'Steel kettle' })).toEqual([1, 2, 4]);
    expect(await shownIn('keywords', { query: 'kettles' })).toEqual([2, 3, 4]);
    expect(await shownIn('keywords', { query: 'teapot' })).toEqual([]);
    const { id } = await ads('keywords', { query: 'kettles' });
    expect((await decision(id))!.excluded).toContainEqual({
      ...{ lineItemId: 'keywords-1', productId: 'kettle-1', reason: 'NO_KEYWORD' },
    });
  });

  it('hold CEL targeting over products, the country, and the customer with consent only', async () => {
    const productIds = ['lamp-1', 'lamp-2', 'lamp-3'];
    await define('targeting', [
      { productIds, targeting: "'Living > Lamps' in product.categories && product.price > 11.5" },
      { productIds, targeting: "vars.country in ['DE', 'AT']" },
      { productIds, targeting: "customer.attributes.club == 'gold'" },
      { productIds, targeting: "vars.country == 'el'", bid: { amount: '0.20', currency: 'eur' } },
    ]);
    const upsert = `mutation ($customers: [CustomerInput!]!) {
      upsertCustomers(input: { customers: $customers }) { errors { message } } }`;
    const attributes = { club: 'gold', adConsent: true };
    await shop.client.data(upsert, {
      customers: [
        { id: 'ann', attributes },
        { id: 'ben', attributes: { club: 'gold' } },
      ],
    });
    const query = 'lamp';
    expect(await shownIn('targeting', { query })).toEqual([1]);
    for (const country of ['DE', 'de', 'At'])
      expect(await shownIn('targeting', { query, filterVariables: { country } })).toEqual([1, 2]);
    expect(await shownIn('targeting', { query, filterVariables: { country: 'uk' } })).toEqual([1]);
    for (const country of ['GR', 'EL'])
      expect(await shownIn('targeting', { query, filterVariables: { country } })).toEqual([1, 4]);
    for (const country of ['Deutschland', 'XX', 49]) {
      const input = { placement: 'targeting', sessionId: 'v1', query, filterVariables: { country } };
      expect(await shop.client.code(ADS, { input })).toBe('BAD_USER_INPUT');
      expect(await shop.client.code(ADS, { input: { ...input, query: null } })).toBe('BAD_USER_INPUT');
    }
    expect(await shownIn('targeting', { query, customerId: 'ann' })).toEqual([1, 3]);
    expect(await shownIn('targeting', { query, customerId: 'ben' })).toEqual([1]);
    const reasons = async (input: object) =>
      (await decision((await ads('targeting', { query, ...input })).id))!.excluded.map(({ reason }) => reason);
    expect(await reasons({ customerId: 'ben' })).toContain('NO_CONSENT');
    expect(await reasons({})).toContain('TARGETING');
  });

  it('pause while a product is sold out, and stop at a frequency cap', async () => {
    await define('caps', [{ productIds: ['teapot-1'], frequencyCap: 2 }, { productIds: ['teapot-2'] }]);
    const offer = (stock: number) =>
      shop.client.data(UPSERT, {
        products: [
          {
            ...PRODUCTS.find(({ id }) => id === 'teapot-2')!,
            stock,
            availability: stock === 0 ? 'OUT_OF_STOCK' : 'IN_STOCK',
          },
        ],
      });
    await offer(0);
    await until(
      () => shownIn('caps', { query: 'teapot' }),
      (shown) => !shown.includes(2),
    );
    await offer(3);
    await until(
      () => shownIn('caps', { query: 'teapot' }),
      (shown) => shown.includes(2),
    );
    const input = { query: 'teapot', sessionId: 'capped' };
    for (let seen = 0; seen < 2; seen++) {
      const [first] = (await ads('caps', input)).products.filter(({ product }) => product.id === 'teapot-1');
      const event = { type: 'IMPRESSION', sessionId: 'capped', productId: 'teapot-1', requestId: first.token };
      await shop.client.data(RECORD, { events: [event] });
    }
    await until(
      () => shownIn('caps', input),
      (shown) => !shown.includes(1),
    );
    expect(await shownIn('caps', { query: 'teapot' })).toEqual([1, 2]);
  });

  it('are explained: bids, probabilities, prices, competitors', async () => {
    const productIds = ['kettle-4'];
    const bids = ['0.10', '0.30', '0.20'].map((amount) => ({ productIds, bid: eur(amount) }));
    await define('explained', [...bids, { productIds, bid: eur('0.01') }], { slots: 1, reserveCpc: eur('0.05') });
    const { id, products } = await ads('explained', { query: 'kettle' });
    expect(products).toHaveLength(1);
    const explained = (await decision(id))!;
    expect(explained).toMatchObject({ placement: 'explained', query: 'kettle' });
    expect(explained.relevantProducts).toBeGreaterThan(0);
    // One slot and one product: a Vickrey auction.
    expect(explained.winners).toMatchObject([
      {
        ...{ slot: 1, isExploration: false, price: { amount: '0.20', currency: 'EUR' } },
        candidate: { lineItemId: 'explained-2', bid: { amount: '0.30' }, reserve: { amount: '0.05' } },
      },
    ]);
    const [{ candidate }] = explained.winners as [(typeof explained.winners)[number]];
    expect(candidate.clickProbability).toBeGreaterThan(0);
    const score = 0.3 * candidate.clickProbability * candidate.quality;
    expect(Math.abs(Number(candidate.score.amount) - score)).toBeLessThan(1e-6);
    expect(explained.competitors.map(({ lineItemId }) => lineItemId)).toEqual(['explained-3', 'explained-1']);
    expect(explained.excluded).toEqual([{ lineItemId: 'explained-4', productId: 'kettle-4', reason: 'BELOW_RESERVE' }]);
  });

  it('bid what their budget leaves; the campaign is spent only below the reserve, and runs again when there is more', async () => {
    const productIds = ['lamp-2'];
    const campaignId = 'rest-1';
    await define('rest', [{ productIds, bid: eur('0.40') }], { slots: 1, reserveCpc: eur('0.40') });
    // A line item without a bid that is high enough does not matter, and neither does one that is paused.
    await defineAds(shop.client, [
      ['updateCampaign', { id: campaignId, totalBudget: eur('1.00') }],
      ['upsertAdPlacement', { id: 'rest-low', currency: 'EUR', reserveCpc: eur('0.05'), reserveCpm: eur('0.50') }],
      ...[
        { id: 'rest-paused', bid: eur('0.40'), isPaused: true },
        { id: 'rest-weak', bid: eur('0.04') },
        { id: 'rest-weak-cpm', bid: eur('0.49'), bidKind: 'CPM' },
      ].map((item): ['upsertLineItem', object] => [
        'upsertLineItem',
        { campaignId, placements: ['rest-low'], productIds, ...item },
      ]),
    ]);
    const show = async (sessionId = `rest-${++visits}`) => {
      const { id, products } = await ads('rest', { query: 'lamp', sessionId });
      return { id, sessionId, product: products[0] as ShownSponsored | undefined };
    };
    const campaign = async () => (await shop.client.data<CampaignAnswer>(CAMPAIGN, { id: campaignId })).campaign;
    for (let clicks = 0; clicks < 2; clicks++) {
      const { sessionId, product } = await show();
      const event = { type: 'CLICK', sessionId, productId: 'lamp-2', requestId: product!.token };
      await shop.client.data(RECORD, { events: [event] });
    }
    await until(campaign, ({ figures }) => figures.spend.amount === '0.80');
    expect((await campaign()).status).toBe('SPENT');
    const { id } = await until(show, ({ product }) => product === undefined);
    expect((await decision(id))!.excluded).toMatchObject([{ lineItemId: 'rest-1', reason: 'BUDGET_SPENT' }]);

    await defineAds(shop.client, [['upsertAdPlacement', { id: 'rest', reserveCpc: eur('0.05') }]]);
    expect((await campaign()).status).toBe('RUNNING');
    const last = await until(show, ({ product }) => product !== undefined);
    const [winner] = (await decision(last.id))!.winners;
    expect(Number(winner.candidate.bid.amount)).toBeLessThanOrEqual(0.2);
    expect(Number(winner.candidate.bid.amount)).toBeGreaterThan(0.05);

    await defineAds(shop.client, [
      ['upsertAdPlacement', { id: 'rest', reserveCpc: eur('0.40') }],
      ['updateCampaign', { id: campaignId, totalBudget: eur('9.00'), dailyBudget: eur('1.00') }],
    ]);
    expect((await campaign()).status).toBe('SPENT');
    await defineAds(shop.client, [['updateCampaign', { id: campaignId, dailyBudget: eur('1.30') }]]);
    expect((await campaign()).status).toBe('RUNNING');
    await until(show, ({ product }) => product !== undefined);
  });

  it('show a product once, although two advertisers bid for it', async () => {
    const productIds = ['teapot-3'];
    await define(
      'shared',
      [
        { productIds, bid: eur('0.30') },
        { productIds, bid: eur('0.20') },
      ],
      { slots: 3 },
    );
    const { id, products } = await ads('shared', { query: 'teapot' });
    expect(products.map(({ product }) => product.id)).toEqual(productIds);
    const { winners, competitors } = (await decision(id))!;
    expect(winners).toMatchObject([{ price: { amount: '0.20' }, candidate: { lineItemId: 'shared-1' } }]);
    expect(competitors.map(({ lineItemId }) => lineItemId)).toEqual(['shared-2']);
  });

  it('are in recommendations and rails, with no product twice on a page', async () => {
    await define('home', [{ productIds: ['kettle-5', 'lamp-5'] }, { productIds: ['teapot-5'] }], { slots: 2 });
    const input = { intent: 'POPULAR', placement: 'home', sessionId: 'v1' };
    const { recommendations } = await shop.client.data<{ recommendations: Sponsored }>(SPONSORED_LIST, {
      input,
      first: 12,
    });
    const idsOf = ({ nodes, sponsored }: Sponsored) => [
      ...sponsored.products.map(({ product }) => product.id),
      ...nodes.map(({ id }) => id),
    ];
    expect(recommendations.nodes).toHaveLength(12);
    expect(recommendations.sponsored.products).toHaveLength(2);
    expect(new Set(idsOf(recommendations)).size).toBe(14);
    const { recommendationRails } = await shop.client.data<{ recommendationRails: Sponsored[] }>(SPONSORED_RAILS, {
      inputs: [input, { ...input, intent: 'TRENDING' }],
    });
    const all = recommendationRails.flatMap(idsOf);
    expect(new Set(all).size).toBe(all.length);
    const { sponsored } = recommendationRails[0];
    expect(sponsored.products).toHaveLength(2);
    // Without a query, keywords don't match, and the products of the page decide.
    expect(await shownIn('home', {})).toHaveLength(2);
  });

  it('are not offered in subscriptions', async () => {
    const subscription = `subscription ($input: SearchInput!) {
      searchUpdated(input: $input) { totalCount sponsored { id } } }`;
    const input = { query: 'lamp', placement: 'home', sessionId: 'v1' };
    const { value } = await shop.client.subscribe(subscription, { input }).next();
    expect((value as Answer<unknown>).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('refuse what can not be, with the place of the error', async () => {
    await define('refused', [{ productIds: ['lamp-4'] }]);
    const campaign = { id: 'c1', advertiserId: 'refused-1', name: 'C1', totalBudget: eur('10.00') };
    const refused = async (name: AdMutation, input: object) => {
      const { userErrors } = await changeAds(shop.client, name, input);
      return userErrors.map(({ code, field }) => [code, field?.slice(1).join('.')]);
    };
    const past = new Date(Date.now() - 60_000).toISOString();
    const cases: [AdMutation, object, string, string | undefined][] = [
      ['createCampaign', { ...campaign, endsAt: past }, 'BAD_USER_INPUT', 'endsAt'],
      ['createCampaign', { ...campaign, advertiserId: 'none' }, 'NOT_FOUND', 'advertiserId'],
      ['createCampaign', { ...campaign, timeZone: 'CET' }, 'BAD_USER_INPUT', 'timeZone'],
      ['createCampaign', { ...campaign, dailyBudget: eur('11') }, 'BAD_USER_INPUT', 'dailyBudget'],
      ['createCampaign', { ...campaign, totalBudget: eur('0') }, 'BAD_USER_INPUT', 'totalBudget.amount'],
      ['createCampaign', { ...campaign, id: 'refused-1' }, 'CONFLICT', 'id'],
      ['updateCampaign', { id: 'none', isPaused: true }, 'NOT_FOUND', 'id'],
      ['updateCampaign', { id: 'refused-1', totalBudget: eur('0.10') }, 'BAD_USER_INPUT', 'totalBudget'],
      [
        'updateCampaign',
        { id: 'refused-1', totalBudget: { amount: '90', currency: 'USD' } },
        'BAD_USER_INPUT',
        'totalBudget.currency',
      ],
      ['upsertLineItem', { id: 'refused-1', bid: eur('51') }, 'BAD_USER_INPUT', 'bid'],
      ['upsertLineItem', { id: 'refused-1', placements: ['refused', 'nowhere'] }, 'NOT_FOUND', 'placements.1'],
      ['upsertLineItem', { id: 'refused-1', targeting: 'product.price <' }, 'BAD_USER_INPUT', 'targeting'],
      [
        'upsertLineItem',
        { id: 'refused-1', targeting: "vars.country == 'Deutschland'" },
        'BAD_USER_INPUT',
        'targeting',
      ],
      ['upsertLineItem', { id: 'refused-1', targeting: "vars.country in ['DE', 'XX']" }, 'BAD_USER_INPUT', 'targeting'],
      ['upsertLineItem', { id: 'refused-1', bidKind: 'CPM' }, 'BAD_USER_INPUT', 'bidKind'],
      ['upsertLineItem', { id: 'refused-1', frequencyCap: 0 }, 'BAD_USER_INPUT', 'frequencyCap'],
      ['upsertLineItem', { id: 'refused-1', productIds: [] }, 'BAD_USER_INPUT', 'productIds'],
      ['upsertLineItem', { id: 'refused-1', phraseKeywords: [' '] }, 'BAD_USER_INPUT', 'phraseKeywords.0'],
      ['upsertAdPlacement', { id: 'refused', currency: 'USD' }, 'BAD_USER_INPUT', 'currency'],
      ['upsertAdPlacement', { id: 'refused-2', currency: 'ABC' }, 'BAD_USER_INPUT', 'currency'],
      ['upsertAdPlacement', { id: 'refused', slots: 11 }, 'BAD_USER_INPUT', 'slots'],
      ['upsertAdPlacement', { id: 'p'.repeat(65), currency: 'EUR' }, 'BAD_USER_INPUT', 'id'],
      ['upsertAdvertiser', { id: 'refused-1', name: ' ' }, 'BAD_USER_INPUT', 'name'],
    ];
    for (const [name, input, code, field] of cases)
      expect([name, input, await refused(name, input)]).toEqual([name, input, [[code, field]]]);
  });

  it('has an audit trail', async () => {
    await define('audited', [{ productIds: ['lamp-6'] }]);
    await defineAds(shop.client, [['updateCampaign', { id: 'audited-1', totalBudget: eur('60.00') }]]);
    // Nothing changes.
    await defineAds(shop.client, [['updateCampaign', { id: 'audited-1', totalBudget: eur('60.00') }]]);
    const { adDefinitionChanges } = await shop.client.data<{
      adDefinitionChanges: { nodes: { kind: string; apiKeyId: string; before: object | null; after: object }[] };
    }>(
      `query { adDefinitionChanges(objectId: "audited-1", first: 10) {
        nodes { kind apiKeyId before after } } }`,
    );
    expect(adDefinitionChanges.nodes.map(({ kind }) => kind)).toEqual([
      'CAMPAIGN',
      'LINE_ITEM',
      'CAMPAIGN',
      'ADVERTISER',
    ]);
    expect(adDefinitionChanges.nodes[0]).toMatchObject({
      before: { totalBudget: 50_000_000 },
      after: { totalBudget: 60_000_000 },
    });
    expect(adDefinitionChanges.nodes[0].apiKeyId).not.toBe('');
  });
});
