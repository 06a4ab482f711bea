import { ClickModel } from '../src/ads/clicks/click-model';
import { MAX_CLICK_MODEL_BYTES } from '../src/ads/clicks/clicks-artefact';
import type { AdDefinition } from '../src/ads/definitions/ad-records';
import { encodeHashedLogistic, HashedLogistic } from '../src/learn/hashed-logistic';
import { seededRandom } from '../src/learn/seeded-random';
import { Analyzers } from '../src/search-engine/text/analyzers';
import type { SponsorshipRequest } from '../src/recommend/serving/sponsorship';
import {
  AD_PLACEMENT,
  adProcess,
  adProducts,
  advertiserOf,
  campaignOf,
  lineItemOf,
  newAdKeys,
  placementOf,
  silentPubSub,
} from './ads-shop';
import { percentile, type BenchRow } from './row';

const LINE_ITEMS = 1_000;
/** Each placement has 50 line items. */
const PLACEMENTS = 20;
const LINE_ITEMS_PER_CAMPAIGN = 4;
const CAMPAIGNS_PER_ADVERTISER = 2;
const PRODUCTS = 4_000;
const PRODUCTS_PER_LINE_ITEM = 10;
const RELEVANT = 200;
const SLOTS = 4;
const WARM_UP = 3_000;
const SAMPLES = 5_000;
const BUCKET_BITS = 20;
/** Successive decisions have different queries, so that the features of the list are computed again. */
const QUERIES = ['wooden garden chairs', 'garden chair', 'bench for two', 'large parasol', 'garden chair cushion'];
const MILLION = 1_000_000;

const placementId = (n: number) => (n === 0 ? AD_PLACEMENT : `placement-${n}`);

/**
 * Line items with bids per click and per mille, keywords, targeting and frequency caps.
 * @param range line items advertise products among the first so many
 */
function definitionsOf(range: number): AdDefinition[] {
  const campaigns = LINE_ITEMS / LINE_ITEMS_PER_CAMPAIGN;
  return [
    ...Array.from({ length: PLACEMENTS }, (_, n) => placementOf(placementId(n), SLOTS, 0.1)),
    ...Array.from({ length: campaigns / CAMPAIGNS_PER_ADVERTISER }, (_, n) => advertiserOf(`a${n}`)),
    ...Array.from({ length: campaigns }, (_, n) =>
      campaignOf({
        ...{ id: `c${n}`, advertiserId: `a${Math.floor(n / CAMPAIGNS_PER_ADVERTISER)}`, totalBudget: 1e9 * MILLION },
        dailyBudget: n % 2 === 0 ? null : 1e8 * MILLION,
      }),
    ),
    ...Array.from({ length: LINE_ITEMS }, (_, n) => {
      const nth = Math.floor(n / PLACEMENTS);
      return lineItemOf({
        number: n + 1,
        campaignId: `c${n % campaigns}`,
        placements: [placementId(n % PLACEMENTS)],
        bidKind: nth % 2 === 0 ? 'CPC' : 'CPM',
        bid: (nth % 2 === 0 ? 200_000 : 4_000_000) + 10_000 * nth,
        productIds: Array.from({ length: PRODUCTS_PER_LINE_ITEM }, (_p, at) => `p${(n * 7 + at * 31) % range}`),
        phraseKeywords: nth % 2 === 0 ? ['garden chair', 'bench', 'parasol'] : [],
        negativeKeywords: nth % 5 === 0 ? ['used', 'broken'] : [],
        targeting: nth % 4 === 0 ? `product.price < 80.0 && vars.country in ['DE', 'AT']` : null,
        frequencyCap: nth % 10 === 0 ? 20 : null,
      });
    }),
  ];
}

/** Returns a click model of the largest size. Its weights are random: only its time is measured. */
function clickModel(): ClickModel {
  const random = seededRandom(7);
  const weights = Float64Array.from({ length: 2 ** BUCKET_BITS }, () => random() - 0.5);
  return new ClickModel(new HashedLogistic(encodeHashedLogistic({ intercept: -4, weights }, MAX_CLICK_MODEL_BYTES)));
}

/**
 * Times decisions on ads in this process, with a click model that has served for some time, for a list of 200 relevant
 * products, with 1,000 live line items.
 */
export async function timeDecisions(): Promise<BenchRow[]> {
  const products = adProducts(PRODUCTS);
  const productIds = Array.from({ length: RELEVANT }, (_, n) => `p${n}`);
  const clicks = clickModel();
  const analyzer = new Analyzers('en').of('en');
  const requests = QUERIES.map((text): SponsorshipRequest => ({
    who: { sessionId: 'visit' },
    sender: null,
    placement: AD_PLACEMENT,
    query: { text, analyzer, hasWord: () => true },
    variables: { country: 'DE' },
    adConsent: false,
  }));
  const rows: BenchRow[] = [];
  for (const [range, what] of [
    [PRODUCTS, 'a few advertised products in the list'],
    [RELEVANT, 'all advertised products in the list'],
  ] as const) {
    let candidates = 0;
    const { decisions, spend } = await adProcess({
      ...{ definitions: definitionsOf(range), products, clicks, keys: newAdKeys(), pubSub: silentPubSub },
      readSpend: () => [],
      onDecision: ({ record }) => (candidates = record.winners.length + record.competitors.length),
    });
    const [core, both]: [number[], number[]] = [[], []];
    for (let n = -WARM_UP; n < SAMPLES; n++) {
      const request = requests[(n + WARM_UP) % requests.length];
      const began = performance.now();
      const sponsorship = await decisions.prepare(request);
      if (sponsorship instanceof Error) throw sponsorship;
      const prepared = performance.now();
      const chosen = sponsorship.choose({ productIds });
      const decided = performance.now();
      if (chosen instanceof Error) throw chosen;
      if (chosen.productIds.size === 0) throw new Error('no ad was shown');
      if (n < 0) continue;
      core.push(decided - prepared);
      both.push(decided - began);
    }
    await spend.close();
    console.error(`  ${what}: ${candidates} advertisers in the auction`);
    rows.push(rowOf(`decision core, ${what}`, core), rowOf(`prepare and decide, ${what}`, both));
  }
  return rows;
}

function rowOf(name: string, times: readonly number[]): BenchRow {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(times, share));
  return { name, subject: 'freshet', p50, p95, p99 };
}
