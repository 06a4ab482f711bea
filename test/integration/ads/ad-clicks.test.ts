import { writeEntries } from '../../../src/ads/billing/billing.store';
import type { LedgerEntry } from '../../../src/ads/billing/judge-ad-events';
import { adsFitter } from '../../../src/ads/clicks/ads-fitter';
import { hasExampleAfter, readExampleTime, readImpressions } from '../../../src/ads/clicks/click-example.store';
import type { AdImpression } from '../../../src/ads/clicks/click-examples';
import { writeDecisions } from '../../../src/ads/decision/ad-decision.store';
import { seededRandom } from '../../../src/learn/seeded-random';
import { connectPostgres, inTransaction, type Pool } from '../../../src/platform/postgres';
import { AD_DECISION, defineAds, eur, type DecisionAnswer, type ShownSponsored } from '../../setup/ad-operations';
import type { GraphqlClient } from '../../setup/graphql-client';
import { refreshModel } from '../../setup/model-operations';
import { LIST, UPSERT } from '../../setup/operations';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const MINUTE_MS = 60_000;
const placement = 'results';
const PRODUCTS = Array.from({ length: 4 }, (_, index) => ({
  id: `kettle-${index + 1}`,
  title: `Steel kettle ${index + 1}`,
  categories: ['Kitchen'],
  price: eur('20.00'),
  stock: 5,
}));
/** The true probabilities of a click in slot 1, by product, and what each further slot leaves of them. */
const RATES = [0.3, 0.16, 0.08, 0.04];
const SLOT_FACTOR = 0.6;
const COUNT = 6_000;

const ADS = `query ($input: AdsInput!) { ads(input: $input) { id products { slot product { id } } } }`;

function entry(sequence: number, receivedAt: number, more: Partial<LedgerEntry>): LedgerEntry {
  return {
    ...{ position: 1, sequence, receivedAt, occurredAt: receivedAt, type: 'IMPRESSION', outcome: 'COUNTED' },
    subject: `s:v${sequence}`,
    ...{ decision: sequence.toString(16).padStart(16, '0'), slot: 1, lineItem: 1, campaignId: 'ad-1' },
    ...{ productId: 'kettle-1', placement, exploration: false, price: 1, charged: 0, probability: 0.02 },
    ...{ day: '2026-01-01', ...more },
  };
}

describe('the click model of ads', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let api: Awaited<ReturnType<typeof startApiProcess>>;
  let worker: OwnProcess;
  let client: GraphqlClient;
  let visits = 0;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
    worker = startWorkerProcess(shop);
    api = await startApiProcess(shop);
    client = api.client;
    await client.data(UPSERT, { products: PRODUCTS });
    const receipt = await defineAds(client, [
      ['upsertAdPlacement', { id: placement, slots: 4, currency: 'EUR', explorationShare: 0 }],
      ...PRODUCTS.flatMap(
        ({ id: productId }, index): (readonly ['upsertAdvertiser' | 'createCampaign' | 'upsertLineItem', object])[] => {
          const id = `ad-${index + 1}`;
          return [
            ['upsertAdvertiser', { id, name: `Advertiser ${index + 1}` }],
            ['createCampaign', { id, advertiserId: id, name: id, totalBudget: eur('50.00') }],
            [
              'upsertLineItem',
              { id, campaignId: id, placements: [placement], bid: eur('0.20'), productIds: [productId] },
            ],
          ];
        },
      ),
    ]);
    await client.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: receipt } });
  });

  afterAll(async () => {
    await pool.end();
    await Promise.all([api.stop(), worker.stop()]);
    await shop.drop();
  });

  const write = (entries: readonly LedgerEntry[]) => inTransaction(pool, (by) => writeEntries(by, entries));
  const read = async (range: { until: number; days?: number; maxImpressions?: number }) => {
    const found: AdImpression[] = [];
    const position = await readImpressions(pool, { days: 30, maxImpressions: 100, ...range }, (each) =>
      found.push(each),
    );
    return { found, position };
  };
  /** The probability of each ad of a decision in its slot. */
  const decide = async () => {
    const input = { placement, sessionId: `visit-${++visits}`, query: 'kettle' };
    const { ads } = await client.data<{ ads: { id: string; products: ShownSponsored[] } }>(ADS, { input });
    const { adDecision } = await until(
      () => client.data<DecisionAnswer>(AD_DECISION, { id: ads.id }),
      (answer) => answer.adDecision !== null,
    );
    const { rows } = await pool.query<{ words: string }>(
      `SELECT record->>'words' AS words FROM ad_decisions WHERE id = $1`,
      [ads.id],
    );
    expect(rows).toEqual([{ words: 'kettl' }]);
    return adDecision!.winners.map(({ slot, candidate }) => ({ slot, ...candidate }));
  };

  it('learns from counted impressions after 30 minutes, and from clicks within them', async () => {
    const now = Date.now();
    const at = (minutesAgo: number) => now - minutesAgo * MINUTE_MS;
    const click = (sequence: number, of: number, minutesAgo: number, more: Partial<LedgerEntry> = {}) =>
      entry(sequence, at(minutesAgo), { type: 'CLICK', decision: of.toString(16).padStart(16, '0'), ...more });
    expect(await read({ until: now })).toEqual({ found: [], position: 0 });
    await write([
      entry(1, at(100), { outcome: 'CHARGED' }),
      entry(2, at(90), { outcome: 'FREE', subject: null, lineItem: 2, campaignId: 'ad-2', productId: 'kettle-2' }),
      entry(3, at(80), { outcome: 'REPEATED' }),
      entry(4, at(70), { productId: 'unknown', campaignId: 'unknown', slot: 3 }),
      entry(5, at(20), {}),
      click(6, 1, 95),
      click(7, 1, 99, { outcome: 'BURST' }),
      click(8, 2, 50),
      click(9, 4, 60, { slot: 2 }),
    ]);
    const record = { relevantProducts: 1, winners: [], competitors: [], excluded: [] };
    await writeDecisions(
      pool,
      [
        {
          ...{ id: '0000000000000001', decidedAt: new Date(at(101)).toISOString(), placement, subject: 's:v1' },
          record: { ...record, query: 'Steel kettles', words: 'steel kettl' },
        },
      ],
      [],
    );
    const time = await readExampleTime(pool, now);
    expect(now - time).toBeGreaterThanOrEqual(30 * MINUTE_MS);
    const { found, position } = await read({ until: at(30) });
    expect(position).toBe(1);
    const ad = { placement, query: '', categories: ['Kitchen'] };
    expect(found).toEqual([
      {
        ad: { ...ad, query: 'steel kettl', productId: 'kettle-1', lineItem: 1, advertiserId: 'ad-1' },
        ...{ slot: 1, receivedAt: at(100), clickedAt: at(95), visitor: 's:v1' },
      },
      {
        ad: { ...ad, productId: 'kettle-2', lineItem: 2, advertiserId: 'ad-2' },
        ...{ slot: 1, receivedAt: at(90), clickedAt: at(50), visitor: 'erased 0000000000000002' },
      },
      {
        ad: { ...ad, productId: 'unknown', categories: [], lineItem: 1, advertiserId: '' },
        ...{ slot: 3, receivedAt: at(70), clickedAt: null, visitor: 's:v4' },
      },
    ]);
    const newest = await read({ until: at(30), maxImpressions: 2 });
    expect(newest.found).toEqual(found.slice(1));
    expect((await read({ until: at(75), days: 90 / 1_440 / 5 })).found).toEqual(found.slice(1, 2));
    expect(await hasExampleAfter(pool, 0, at(30))).toBe(true);
    expect(await hasExampleAfter(pool, 1, at(30))).toBe(false);
    expect(await hasExampleAfter(pool, 0, at(110))).toBe(false);
    const { state, stage, version } = await refreshModel(client, 'ADS');
    expect([state, version]).toEqual(['DONE', null]);
    expect(stage).toContain('3 impressions are older than 30 minutes');
    expect(await adsFitter.isDue!(pool, 1)).toBe(false);
  });

  it('ranks and prices by what it has learned', async () => {
    const before = await decide();
    expect(new Set(before.map(({ clickProbability }) => clickProbability))).toEqual(new Set([0.02]));
    const random = seededRandom(1);
    const now = Date.now();
    const entries = Array.from({ length: COUNT }, (_, index): LedgerEntry[] => {
      const product = Math.floor(random() * PRODUCTS.length);
      const slot = 1 + Math.floor(random() * 4);
      const receivedAt = now - (COUNT + 40 - index) * MINUTE_MS;
      const sequence = 1_000 + 2 * index;
      const of = {
        ...{ position: 2, decision: sequence.toString(16).padStart(16, '0'), slot, lineItem: product + 1 },
        ...{ campaignId: `ad-${product + 1}`, productId: PRODUCTS[product].id },
      };
      const impression = entry(sequence, receivedAt, of);
      const isClicked = random() < RATES[product] * SLOT_FACTOR ** (slot - 1);
      return isClicked
        ? [impression, entry(sequence + 1, receivedAt + 5_000, { ...of, type: 'CLICK', outcome: 'CHARGED' })]
        : [impression];
    }).flat();
    await write(entries);
    expect(await adsFitter.isDue!(pool, 1)).toBe(true);
    const { version } = await refreshModel(client, 'ADS');
    expect([version!.verdict, version!.reasons]).toEqual(['PROMOTED', []]);
    const { figures } = version!;
    expect(figures['log-loss']).toBeLessThan(figures['log-loss base rate']);
    expect(Math.abs(figures.calibration - 1)).toBeLessThan(3 * figures['calibration, standard error']);
    const after = await until(decide, (winners) => winners.some(({ clickProbability }) => clickProbability !== 0.02));
    // All bid the same, so the order is that of the probabilities in the first slot.
    expect(after.map(({ slot, productId }) => [slot, productId])).toEqual(
      PRODUCTS.map(({ id }, index) => [index + 1, id]),
    );
    after.forEach(({ clickProbability }, index) =>
      expect(Math.abs(clickProbability / (RATES[index] * SLOT_FACTOR ** index) - 1)).toBeLessThan(0.5),
    );
    expect(await adsFitter.isDue!(pool, 2)).toBe(false);
  });

  it('predicts less for a later slot', async () => {
    // The best product pauses, so the others move up by a slot.
    const [, second] = await decide();
    const receipt = await defineAds(client, [['upsertLineItem', { id: 'ad-1', isPaused: true }]]);
    await client.data(LIST, { input: { intent: 'POPULAR', awaitReceipt: receipt } });
    const [first] = await until(decide, ([winner]) => winner.productId === 'kettle-2');
    expect([first.slot, second.slot]).toEqual([1, 2]);
    expect(second.productId).toBe('kettle-2');
    expect(first.clickProbability).toBeGreaterThan(1.2 * second.clickProbability);
  });
});
