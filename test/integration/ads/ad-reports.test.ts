import { Billing } from '../../../src/ads/billing/billing.service';
import { replayAds } from '../../../src/ads/billing/replay-ads';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import {
  CAMPAIGN,
  defineAds,
  eur,
  SPONSORED_SEARCH,
  type AdMutation,
  type CampaignAnswer,
  type ShownSponsored,
  type SponsoredSearch,
} from '../../setup/ad-operations';
import type { GraphqlClient } from '../../setup/graphql-client';
import { CREATE_KEY, MERGE, RECORD, UPSERT } from '../../setup/operations';
import { ORDERS, type Recorded } from '../../setup/order-operations';
import { startApi, startWorker, type ShopProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const PRODUCTS = ['kettle', 'teapot', 'lamp'].flatMap((kind) =>
  Array.from({ length: 4 }, (_, index) => ({
    ...{ id: `${kind}-${index + 1}`, title: `Steel ${kind} model ${index + 1}`, price: eur('20.00'), stock: 5 },
    ...(kind === 'lamp' ? { groupId: 'lamps' } : {}),
  })),
);
/** A search that only one product matches has no ads. */
const PARTS = ['kettle model 1', 'kettle model 2', 'lamp'].map((whole) => ({
  ...{ id: `part of ${whole}`, title: `Spare part for ${whole}`, price: eur('5.00'), stock: 5 },
}));
const REPORT = `query ($id: ID!, $from: DateTime!, $to: DateTime!) { campaign(id: $id) {
  advertiser { name } lineItems(first: 5) { nodes { id } }
  conversions(from: $from, to: $to) { orders units revenue { amount } returnOnSpend otherUnits otherRevenue { amount } }
  auctions(from: $from, to: $to) { won lostToRank lostToBudget lostToCap winRate }
  figuresBy(dimension: PRODUCT, from: $from, to: $to) { key figures { clicks } }
  auctionsBy(dimension: PRODUCT, from: $from, to: $to) { key auctions { won lostToRank } }
  figuresBySegment(from: $from, to: $to) { segmentId clicks spend { amount } }
} }`;
const ERASE = 'mutation { eraseCustomer(input: { customerId: "eve" }) { status } }';
interface Report {
  readonly campaign: {
    readonly advertiser: { readonly name: string };
    readonly conversions: {
      readonly orders: number;
      readonly units: number;
      readonly revenue: { readonly amount: string };
      readonly returnOnSpend: number | null;
      readonly otherUnits: number;
      readonly otherRevenue: { readonly amount: string };
    };
    readonly auctions: { readonly won: number; readonly lostToRank: number; readonly winRate: number | null };
    readonly figuresBy: readonly { readonly key: string; readonly figures: { readonly clicks: number } }[];
    readonly auctionsBy: readonly { readonly key: string; readonly auctions: { readonly won: number } }[];
    readonly figuresBySegment: readonly {
      readonly segmentId: string;
      readonly clicks: number;
      readonly spend: { readonly amount: string };
    }[];
  } | null;
}

describe('reports of campaigns', () => {
  let shop: TestNamespace;
  let api: Awaited<ReturnType<typeof startApi>>;
  let worker: ShopProcess;
  let pool: Pool;
  let client: GraphqlClient;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 3 });
    worker = startWorker(shop);
    api = await startApi(shop, { ERASURE_INTERVAL_MS: '0' });
    client = api.client;
    await client.data(UPSERT, { products: [...PRODUCTS, ...PARTS] });
    const define = (id: string, productIds: readonly string[], bid: string): [AdMutation, object][] => [
      ['upsertAdvertiser', { id, name: `Maker of ${id}` }],
      ['createCampaign', { id, advertiserId: id, name: id, totalBudget: eur('50.00') }],
      ['upsertLineItem', { id, campaignId: id, placements: ['results'], bid: eur(bid), productIds }],
    ];
    const receipt = await defineAds(client, [
      ['upsertAdPlacement', { id: 'results', slots: 1, currency: 'EUR' }],
      ...define('kettles', ['kettle-1', 'kettle-2', 'teapot-1'], '0.40'),
      ...define('lamps', ['lamp-1', 'kettle-1'], '0.10'),
    ]);
    await client.data(SPONSORED_SEARCH, {
      input: { query: 'lamp', awaitReceipt: receipt, placement: 'results' },
      first: 5,
    });
  });

  afterAll(async () => {
    await pool.end();
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  /** Searches as a customer and clicks on the ad. @returns the ad */
  const click = async (who: { customerId?: string; sessionId?: string }, query: string): Promise<ShownSponsored> => {
    const input = { ...who, query, placement: 'results' };
    const { search } = await client.data<SponsoredSearch>(SPONSORED_SEARCH, { input, first: 4 });
    const [ad] = search.sponsored!.products;
    const common = { ...who, productId: ad.product.id, requestId: ad.token };
    await client.data(RECORD, {
      events: [
        { type: 'IMPRESSION', ...common },
        { type: 'CLICK', ...common },
      ],
    });
    return ad;
  };
  const order = async (id: string, customerId: string, productIds: readonly string[], placedAt = new Date()) => {
    const lines = productIds.map((productId) => ({
      ...{ id: productId, productId, quantity: 2, unitPrice: eur('20.00') },
    }));
    const orders = [{ id, placedAt: placedAt.toISOString(), customerId, lines }];
    expect((await client.data<Recorded>(ORDERS, { orders })).recordOrders.errors).toEqual([]);
  };
  const span = () => ({
    from: new Date(Date.now() - 3 * 86_400_000).toISOString(),
    to: new Date(Date.now() + 86_400_000).toISOString(),
  });
  const report = async (id: string, by = client) => (await by.data<Report>(REPORT, { id, ...span() })).campaign;
  const clicks = async (id: string) => (await client.data<CampaignAnswer>(CAMPAIGN, { id })).campaign.figures.clicks;

  it('have conversions by the last ad click, other products of the advertiser apart', async () => {
    const clicked = await click({ customerId: 'ann' }, 'kettle model 1');
    expect(clicked.advertiserName).toBe('Maker of kettles');
    await click({ customerId: 'ben' }, 'lamp');
    await until(
      async () => (await clicks('kettles')) + (await clicks('lamps')),
      (count) => count === 2,
    );
    // The product itself; one that no ad was shown for, of the same advertiser; one that is not advertised.
    await order('o1', 'ann', [clicked.product.id, 'teapot-1', 'teapot-4']);
    // A variant of the product.
    await order('o2', 'ben', ['lamp-3']);
    const kettles = await until(
      () => report('kettles'),
      (found) => found!.conversions.orders === 1,
    );
    expect(kettles!.conversions).toMatchObject({
      ...{ orders: 1, units: 2, revenue: { amount: '40.00' }, otherUnits: 2, otherRevenue: { amount: '40.00' } },
    });
    expect(kettles!.conversions.returnOnSpend).toBeGreaterThan(1);
    const lamps = await until(
      () => report('lamps'),
      (found) => found!.conversions.orders === 1,
    );
    expect(lamps!.conversions).toMatchObject({ units: 2, revenue: { amount: '40.00' }, otherUnits: 0 });
    expect(kettles!.figuresBy).toEqual([{ key: clicked.product.id, figures: { clicks: 1 } }]);
  });

  it('have the clicks that led to an order, although they were received after it, and of a visit that signs in after it', async () => {
    const see = async (who: object) => {
      const input = { ...who, query: 'kettle model 1', placement: 'results' };
      return (await client.data<SponsoredSearch>(SPONSORED_SEARCH, { input, first: 4 })).search.sponsored!.products[0];
    };
    const before = (await report('kettles'))!.conversions;
    const visits = [
      { who: { customerId: 'lou' }, customerId: 'lou' },
      { who: { sessionId: 'late-visit' }, customerId: 'max' },
      { who: { customerId: 'noa' }, customerId: 'noa' },
      // Its sender states a click before an order of two days ago, although the ad is shown only now.
      { who: { customerId: 'pia' }, customerId: 'pia' },
    ];
    const longAgo = Date.now() - 2 * 86_400_000;
    const seen = [];
    for (const { who, customerId } of visits) seen.push({ who, customerId, ad: await see(who) });
    const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
    await pause();
    const happened = new Date().toISOString();
    await pause();
    for (const { customerId, ad } of seen)
      await order(`o-${customerId}`, customerId, [ad.product.id], customerId === 'pia' ? new Date(longAgo) : undefined);
    await pause();
    const happenedAt: Partial<Record<string, string>> = {
      noa: new Date().toISOString(),
      pia: new Date(longAgo - 1_000).toISOString(),
    };
    const events = seen.map(({ who, customerId, ad }) => ({
      ...{ type: 'CLICK', ...who, productId: ad.product.id, requestId: ad.token },
      occurredAt: happenedAt[customerId] ?? happened,
    }));
    await client.data(RECORD, { events });
    await client.data(MERGE, { input: { fromSessionId: 'late-visit', intoCustomerId: 'max' } });
    const attributed = async () => {
      const { attributedLines } = await client.data<{
        attributedLines: { nodes: { orderId: string; touch: string }[] };
      }>(
        `query ($from: DateTime!, $to: DateTime!) { attributedLines(from: $from, to: $to, first: 100) {
          nodes { orderId touch } } }`,
        span(),
      );
      return attributedLines.nodes.filter(({ touch }) => touch === 'CLICK').map(({ orderId }) => orderId);
    };
    await until(attributed, (orders) => ['o-lou', 'o-max', 'o-pia'].every((id) => orders.includes(id)));
    expect(await attributed()).not.toContain('o-noa');
    const after = await until(
      async () => (await report('kettles'))!.conversions,
      ({ orders }) => orders >= before.orders + 2,
    );
    expect(after).toMatchObject({ orders: before.orders + 2, units: before.units + 4 });
  });

  it('state the auctions that were won and lost', async () => {
    await click({ customerId: 'cat' }, 'kettle model 1');
    const lamps = await until(
      () => report('lamps'),
      (found) => found!.auctions.lostToRank > 0 && found!.auctions.won > 0,
    );
    expect(lamps!.auctions.winRate).toBeGreaterThan(0);
    expect(lamps!.auctions.winRate).toBeLessThan(1);
    const won = lamps!.auctionsBy.filter(({ auctions }) => auctions.won > 0);
    expect(won.map(({ key }) => key.split('-')[0])).toEqual(['lamp']);
  });

  it('show an advertiser its own campaigns only, and nothing else', async () => {
    const create = async (input: object) =>
      (
        await client.data<{ createApiKey: { secret: string; errors: object[] } }>(CREATE_KEY, {
          input: { name: 'maker', ...input },
        })
      ).createApiKey;
    expect((await create({ scope: 'ADVERTISER' })).errors).toMatchObject([{ path: 'advertiserId' }]);
    expect((await create({ scope: 'SERVER', advertiserId: 'lamps' })).errors).toMatchObject([{ path: 'advertiserId' }]);
    expect(await create({ scope: 'ADVERTISER', advertiserId: 'nobody' })).toMatchObject({
      ...{ secret: null, errors: [{ code: 'NOT_FOUND', path: 'advertiserId' }] },
    });
    const { secret } = await create({ scope: 'ADVERTISER', advertiserId: 'lamps' });
    const advertiser = client.as({ apiKey: secret });
    const { campaigns } = await advertiser.data<{ campaigns: { nodes: { id: string }[] } }>(
      'query { campaigns(advertiserId: "kettles") { nodes { id } } }',
    );
    expect(campaigns.nodes).toEqual([{ id: 'lamps' }]);
    expect((await report('lamps', advertiser))!.advertiser.name).toBe('Maker of lamps');
    expect(await report('kettles', advertiser)).toBeNull();
    for (const forbidden of [
      'query { adPlacements { nodes { id } } }',
      'query { adDecision(id: "x") { id } }',
      'query { products { nodes { id } } }',
      'query { customers { nodes { id } } }',
      'mutation { updateCampaign(input: { id: "lamps", isPaused: true }) { receipt } }',
      'mutation { startSession { token } }',
    ]) {
      const { errors } = await advertiser.send(forbidden);
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
    const { value } = await advertiser.subscribe(LIVE, { id: 'kettles' }).next();
    expect(value).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });

  const LIVE = 'subscription ($id: ID!) { campaignUpdated(id: $id) { isPaused figures { clicks spend { amount } } } }';

  it('reach subscribers when the spend or the definition changes', async () => {
    const live = client.subscribe<{ campaignUpdated: { isPaused: boolean; figures: { clicks: number } } }>(LIVE, {
      id: 'lamps',
    });
    const next = async () => (await live.next()).value!.data!.campaignUpdated;
    const first = await next();
    await click({ customerId: 'dan' }, 'lamp');
    await until(next, ({ figures }) => figures.clicks === first.figures.clicks + 1);
    await defineAds(client, [['updateCampaign', { id: 'lamps', isPaused: true }]]);
    await until(next, ({ isPaused }) => isPaused);
    await defineAds(client, [['updateCampaign', { id: 'lamps', isPaused: false }]]);
    await until(next, ({ isPaused }) => !isPaused);
    await live.return?.();
  });

  it('hide segments with fewer than ten customers', async () => {
    const segmentOf = async (segmentId: string, customerIds: readonly string[]) => {
      await pool.query(
        `INSERT INTO customer_profiles (customer_id, segment_id, currency, as_of)
         SELECT id, $2, 'EUR', now() FROM unnest($1::text[]) AS c (id)
         ON CONFLICT (customer_id) DO UPDATE SET segment_id = excluded.segment_id`,
        [customerIds, segmentId],
      );
    };
    const many = Array.from({ length: 10 }, (_, n) => `many-${n}`);
    const few = Array.from({ length: 9 }, (_, n) => `few-${n}`);
    const before = await clicks('kettles');
    for (const customerId of [...many, ...few]) await click({ customerId }, 'kettle model 2');
    await until(
      () => clicks('kettles'),
      (count) => count === before + 19,
    );
    await segmentOf('big', many);
    await segmentOf('small', few);
    const { figuresBySegment } = (await report('kettles'))!;
    expect(figuresBySegment.map(({ segmentId }) => segmentId)).toEqual(['big']);
    expect(figuresBySegment[0]).toMatchObject({ clicks: 10 });
  });

  const outcomes = async (customerId: string) =>
    (
      await pool.query<{ type: string; outcome: string }>(
        'SELECT type, outcome FROM ad_ledger WHERE subject = $1 ORDER BY position, sequence',
        [`c:${customerId}`],
      )
    ).rows.map(({ type, outcome }) => `${type} ${outcome}`);

  it('charge a visitor for one click a day, none after the purchase, and no impression beyond the cap', async () => {
    await defineAds(client, [['upsertLineItem', { id: 'kettles', frequencyCap: 1 }]]);
    const input = { customerId: 'pat', query: 'kettle model 1', placement: 'results' };
    const ads = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const { search } = await client.data<SponsoredSearch>(SPONSORED_SEARCH, { input, first: 4 });
        return search.sponsored!.products[0];
      }),
    );
    const events = (['IMPRESSION', 'CLICK'] as const).flatMap((type) =>
      ads.map(({ token, product }) => ({ type, customerId: 'pat', productId: product.id, requestId: token })),
    );
    await client.data(RECORD, { events });
    const judged = await until(
      () => outcomes('pat'),
      (rows) => rows.length === 6,
    );
    const expected = ['IMPRESSION COUNTED', ...Array<string>(2).fill('IMPRESSION CAPPED'), 'CLICK CHARGED'];
    expect(judged).toEqual([...expected, ...Array<string>(2).fill('CLICK DUPLICATE')]);
    await defineAds(client, [['upsertLineItem', { id: 'kettles', frequencyCap: null }]]);
    await order('o-quinn', 'quinn', ['kettle-1', 'kettle-2', 'teapot-1']);
    await click({ customerId: 'quinn' }, 'kettle model 1');
    const afterPurchase = await until(
      () => outcomes('quinn'),
      (rows) => rows.length === 2,
    );
    expect(afterPurchase).toEqual(['IMPRESSION COUNTED', 'CLICK DUPLICATE']);
    // A variant of the product.
    await order('o-rae', 'rae', ['lamp-4']);
    expect((await click({ customerId: 'rae' }, 'lamp')).advertiserName).toBe('Maker of lamps');
    const afterVariant = await until(
      () => outcomes('rae'),
      (rows) => rows.length === 2,
    );
    expect(afterVariant).toEqual(['IMPRESSION COUNTED', 'CLICK DUPLICATE']);
  });

  it.each([
    ['pause', { isPaused: true }, { isPaused: false }],
    ['end', { endsAt: '1 s' }, { endsAt: null }],
  ])('charge a click that was received up to 10 minutes after the %s of the campaign', async (how, stop, go) => {
    const customerId = `after-${how}`;
    const input = { customerId, query: 'kettle model 1', placement: 'results' };
    const { search } = await client.data<SponsoredSearch>(SPONSORED_SEARCH, { input, first: 4 });
    const [{ product, token }] = search.sponsored!.products;
    // An end must be in the future.
    const stopped = 'endsAt' in stop ? { endsAt: new Date(Date.now() + 1_000).toISOString() } : stop;
    await defineAds(client, [['updateCampaign', { id: 'kettles', ...stopped }]]);
    await until(
      async () => (await client.data<CampaignAnswer>(CAMPAIGN, { id: 'kettles' })).campaign.status,
      (status) => status === (how === 'pause' ? 'PAUSED' : 'ENDED'),
    );
    const events = [{ type: 'CLICK', customerId, productId: product.id, requestId: token }];
    await client.data(RECORD, { events });
    await until(
      () => outcomes(customerId),
      (rows) => rows.length === 1,
    );
    await worker.stop();
    const billing = new Billing(pool);
    const afterMinutes = async (minutes: number) => {
      const sql = `UPDATE events SET received_at = received_at + $2 * interval '1 minute' WHERE subject = $1`;
      await pool.query(sql, [`c:${customerId}`, minutes]);
      await billing.reset();
      while ((await billing.advance()) !== null);
      const found = await outcomes(customerId);
      await pool.query(sql, [`c:${customerId}`, -minutes]);
      return found;
    };
    expect(await afterMinutes(11)).toEqual(['CLICK FREE']);
    expect(await afterMinutes(9)).toEqual(['CLICK CHARGED']);
    expect(await afterMinutes(0)).toEqual(['CLICK CHARGED']);
    worker = startWorker(shop);
    await defineAds(client, [['updateCampaign', { id: 'kettles', ...go }]]);
  });

  it('follow a merge, and stay exact after an erasure and when they are computed again', async () => {
    await click({ sessionId: 'anonymous' }, 'kettle model 1');
    const rowsOf = async (subject: string) =>
      (await pool.query('SELECT position FROM ad_ledger WHERE subject = $1', [subject])).rows.length;
    await until(
      () => rowsOf('s:anonymous'),
      (rows) => rows === 2,
    );
    await client.data(MERGE, { input: { fromSessionId: 'anonymous', intoCustomerId: 'eve' } });
    await until(
      () => rowsOf('c:eve'),
      (rows) => rows === 2,
    );
    expect(await rowsOf('s:anonymous')).toBe(0);
    const sums = async () => (await pool.query('SELECT * FROM ad_days ORDER BY 1, 2, 3, 4, 5')).rows;
    const before = await sums();
    await until(
      async () => (await client.data<{ eraseCustomer: { status: string } }>(ERASE)).eraseCustomer.status,
      (status) => status === 'DONE',
    );
    expect(await rowsOf('c:eve')).toBe(0);
    const { rows: decisions } = await pool.query(
      `SELECT id FROM ad_decisions WHERE subject IN ('c:eve', 's:anonymous')`,
    );
    expect(decisions).toEqual([]);
    expect(await sums()).toEqual(before);
    expect(await replayAds(pool)).toEqual([]);
    await worker.stop();
    const ledger = async () => (await pool.query('SELECT * FROM ad_ledger ORDER BY position, sequence')).rows;
    const stored = await ledger();
    const billing = new Billing(pool);
    await billing.reset();
    while ((await billing.advance()) !== null);
    expect(await ledger()).toEqual(stored);
    expect(await sums()).toEqual(before);
    await pool.query(`UPDATE ad_ledger SET charged = charged + 1 WHERE (position, sequence) = (SELECT position, sequence FROM ad_ledger
      WHERE outcome = 'CHARGED' AND subject IS NOT NULL ORDER BY position, sequence LIMIT 1)`);
    const found = await replayAds(pool);
    expect(found).toHaveLength(2);
    expect(found.every(({ part }) => part === 'ads')).toBe(true);
    worker = startWorker(shop);
  });
});
