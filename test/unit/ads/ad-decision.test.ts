import { randomBytes } from 'node:crypto';
import { AdDecisionService, type AdDecisionOptions } from '../../../src/ads/decision/ad-decision.service';
import type { AdDecisionRow, LineItemOutcome } from '../../../src/ads/decision/ad-decision.store';
import { AdDefinitionsReadModel } from '../../../src/ads/definitions/ad-definitions.read-model';
import type { AdDefinition } from '../../../src/ads/definitions/ad-records';
import { sealAdToken } from '../../../src/auth/ad-token';
import { mergeProduct } from '../../../src/catalog/merge-product';
import { ProductConditionsService } from '../../../src/catalog/product-conditions.service';
import type { ProductRecord } from '../../../src/catalog/product-record';
import { ProductsReadModel } from '../../../src/catalog/products.read-model';
import { Analyzers } from '../../../src/search-engine/text/analyzers';

const AT = '2026-03-01T00:00:00.000Z';
const KEYS = new Map([[1, randomBytes(32)]]);
const DEFINITIONS: AdDefinition[] = [
  { kind: 'ADVERTISER', record: { id: 'falke', name: 'Falke', updatedAt: AT } },
  {
    kind: 'PLACEMENT',
    record: {
      ...{ id: 'results', slots: 1, currency: 'EUR', reserveCpc: 0, reserveCpm: 0, explorationShare: 0, updatedAt: AT },
    },
  },
  {
    kind: 'CAMPAIGN',
    record: {
      ...{ id: 'spring', advertiserId: 'falke', name: 'Spring', currency: 'EUR', timeZone: 'UTC' },
      ...{ totalBudget: 1e9, dailyBudget: null, startsAt: AT, endsAt: null, isPaused: false, updatedAt: AT },
    },
  },
  {
    kind: 'LINE_ITEM',
    record: {
      ...{ id: 'kettles', number: 1, campaignId: 'spring', bidKind: 'CPC', bid: 400_000, placements: ['results'] },
      ...{ productIds: ['kettle'], exactKeywords: [], phraseKeywords: [], negativeKeywords: [] },
      ...{ targeting: null, frequencyCap: 3, isPaused: false, updatedAt: AT },
    },
  },
];

function decisionService(changed: Partial<AdDecisionOptions>, more: readonly AdDefinition[] = []): AdDecisionService {
  const products = new ProductsReadModel();
  const kettle = mergeProduct(undefined, { id: 'kettle', title: 'Kettle', availability: 'IN_STOCK' }, Date.parse(AT));
  products.apply({ products: [kettle as ProductRecord] });
  const conditions = new ProductConditionsService({
    attributesOf: () => Promise.resolve(undefined),
    profileOf: () => Promise.resolve({}),
  });
  const definitions = new AdDefinitionsReadModel(() => conditions);
  definitions.apply({ ads: [...DEFINITIONS, ...more] });
  return new AdDecisionService({
    ...{ definitions, products, log: { warn: () => undefined } },
    spend: { remaining: () => 1e9, reserved: () => 0, expect: () => undefined, dayIn: () => '2026-03-01' } as never,
    clicks: { predict: () => 0.1 },
    requestIds: { issueAd: (content, who, productId) => sealAdToken(KEYS, content, who, productId) },
    decisions: { add: () => undefined },
    impressionsOf: () => Promise.resolve(new Map()),
    hasConsent: () => Promise.resolve(false),
    ...changed,
  });
}

const REQUEST = {
  who: { sessionId: 'v1' },
  sender: null,
  placement: 'results',
  query: null,
  variables: {},
  adConsent: false,
};
const LIST = { productIds: ['kettle'] };

describe('a decision that fails', () => {
  it('is an error of the ads only', async () => {
    const ads = await decisionService({}).prepare(REQUEST);
    if (ads instanceof Error) throw ads;
    expect(ads.choose(LIST)).toMatchObject({ ads: [{ productId: 'kettle', advertiserName: 'Falke' }] });

    const unread = decisionService({ impressionsOf: () => Promise.reject(new Error('no connection')) });
    expect(await unread.prepare(REQUEST)).toMatchObject({ code: 'UNAVAILABLE' });

    const broken = decisionService({
      clicks: {
        predict: () => {
          throw new Error('broken model');
        },
      },
    });
    const brokenAds = await broken.prepare(REQUEST);
    if (brokenAds instanceof Error) throw brokenAds;
    expect(brokenAds.choose(LIST)).toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('the rest of a budget', () => {
  /** Returns what the decision of a line item at a reserve says, with what the ledger leaves and what is reserved. */
  const decide = async (
    bidKind: 'CPC' | 'CPM',
    amounts: { readonly bid: number; readonly reserve: number; readonly left: number; readonly reserved: number },
  ) => {
    const { bid, reserve, left, reserved } = amounts;
    const [, { record: placement }, , { record: lineItem }] = DEFINITIONS as never[] as { record: object }[];
    const more = [
      { kind: 'PLACEMENT', record: { ...placement, reserveCpc: reserve, reserveCpm: reserve * 1_000 } },
      { kind: 'LINE_ITEM', record: { ...lineItem, bidKind, bid: bidKind === 'CPC' ? bid : bid * 1_000 } },
    ] as never[] as AdDefinition[];
    const decided: { row: AdDecisionRow; outcomes: readonly LineItemOutcome[] }[] = [];
    const spend = { remaining: () => left, reserved: () => reserved, expect: () => undefined, dayIn: () => 'today' };
    const add = (row: AdDecisionRow, outcomes: readonly LineItemOutcome[]) => void decided.push({ row, outcomes });
    const service = decisionService({ spend: spend as never, decisions: { add } }, more);
    const ads = await service.prepare(REQUEST);
    if (ads instanceof Error) throw ads;
    ads.choose(LIST);
    const [{ row, outcomes }] = decided;
    return {
      bids: row.record.winners.map((winner) => winner.bid),
      reasons: row.record.excluded.map(({ reason }) => reason),
      outcomes: outcomes.map(({ outcome }) => outcome),
    };
  };
  const shown = (bid: number) => ({ bids: [bid], reasons: [], outcomes: ['won'] });
  const not = (reason: string) => ({ bids: [], reasons: [reason], outcomes: ['lostBudget'] });

  it.each([
    // Spent .80 of 1.00: what is left is bid.
    ['CPC', 400_000, 50_000, 200_000, 0, shown(200_000)],
    ['CPC', 400_000, 50_000, 1_000_000, 0, shown(400_000)],
    ['CPC', 400_000, 50_000, 200_000, 100_000.5, shown(99_999)],
    ['CPC', 400_000, 50_000, 50_000, 0, shown(50_000)],
    ['CPC', 400_000, 50_000, 49_999, 0, not('BUDGET_SPENT')],
    ['CPC', 400_000, 50_000, 50_000, 0.5, not('RESERVED')],
    ['CPC', 400_000, 50_000, 200_000, 300_000, not('RESERVED')],
    ['CPC', 400_000, 0, 1, 0, shown(1)],
    ['CPC', 400_000, 0, 0, 0, not('BUDGET_SPENT')],
    ['CPC', 400_000, 0, 1, 1, not('RESERVED')],
    // Of impressions, the price of one counts, not that of a thousand.
    ['CPM', 10_000, 5_000, 6_000, 0, shown(6_000)],
    ['CPM', 10_000, 5_000, 4_999, 0, not('BUDGET_SPENT')],
    ['CPM', 10_000, 5_000, 6_000, 1_001, not('RESERVED')],
  ] as const)('%s: bid %d, reserve %d, left %d, reserved %d', async (kind, bid, reserve, left, reserved, expected) => {
    expect(await decide(kind, { bid, reserve, left, reserved })).toEqual(expected);
  });
});

describe('the query of a decision', () => {
  /** Returns what is stored of a query. */
  const stored = async (text: string) => {
    const decided: AdDecisionRow[] = [];
    const service = decisionService({ decisions: { add: (row) => void decided.push(row) } });
    const query = { text, analyzer: new Analyzers('en').of('en'), hasWord: () => true };
    const ads = await service.prepare({ ...REQUEST, query });
    if (ads instanceof Error) throw ads;
    ads.choose(LIST);
    const [{ record }] = decided;
    return { query: record.query, words: record.words.split(' ') };
  };

  it('is stored up to its last word that counts', async () => {
    const counted = Array.from({ length: 30 }, (_, n) => `lamp${n}`).join(' ');
    expect(await stored(counted)).toEqual({ query: counted, words: expect.any(Array) as unknown });
    const long = await stored(`${counted} ${'more words '.repeat(300)}`);
    expect(long.query).toBe(counted);
    expect(long.words).toEqual((await stored(counted)).words);
    const chinese = await stored('电热水壶'.repeat(900));
    expect(chinese.query).toHaveLength(500);
    expect(chinese.words).toHaveLength(60);
    expect((await stored('x'.repeat(4_000))).query).toBe('x'.repeat(500));
    expect((await stored('kettle !!!')).query).toBe('kettle !!!');
  });
});
