import { randomBytes } from 'node:crypto';
import { AdDecisionService, type AdDecisionOptions } from '../../../src/ads/decision/ad-decision.service';
import { AdDefinitionsReadModel } from '../../../src/ads/definitions/ad-definitions.read-model';
import type { AdDefinition } from '../../../src/ads/definitions/ad-records';
import { sealAdToken } from '../../../src/auth/ad-token';
import { mergeProduct } from '../../../src/catalog/merge-product';
import { ProductConditionsService } from '../../../src/catalog/product-conditions.service';
import { ProductsReadModel } from '../../../src/catalog/products.read-model';

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

function decisionService(changed: Partial<AdDecisionOptions>): AdDecisionService {
  const products = new ProductsReadModel();
  const kettle = mergeProduct(undefined, { id: 'kettle', title: 'Kettle', availability: 'IN_STOCK' }, Date.parse(AT));
  products.apply({ products: [kettle] });
  const conditions = new ProductConditionsService({
    attributesOf: () => Promise.resolve(undefined),
    profileOf: () => Promise.resolve({}),
  });
  const definitions = new AdDefinitionsReadModel(() => conditions);
  definitions.apply({ ads: DEFINITIONS });
  return new AdDecisionService({
    ...{ definitions, products, log: { warn: () => undefined } },
    spend: { remaining: () => 1e9, expect: () => undefined, dayIn: () => '2026-03-01' } as never,
    clicks: { predict: () => 0.1 },
    requestIds: { issueAd: (content, who, productId) => sealAdToken(KEYS, content, who, productId) },
    decisions: { add: () => undefined },
    impressionsOf: () => Promise.resolve(new Map()),
    hasConsent: () => Promise.resolve(false),
    ...changed,
  });
}

const REQUEST = { who: { sessionId: 'v1' }, placement: 'results', query: null, variables: {} };
const LIST = { productIds: ['kettle'], isByRelevance: true };

describe('a decision that fails', () => {
  it('is an error of the ads only', async () => {
    const choose = await decisionService({}).prepare(REQUEST);
    if (choose instanceof Error) throw choose;
    expect(choose(LIST)).toMatchObject({ ads: [{ productId: 'kettle', advertiserName: 'Falke' }] });

    const unread = decisionService({ impressionsOf: () => Promise.reject(new Error('no connection')) });
    expect(await unread.prepare(REQUEST)).toMatchObject({ code: 'UNAVAILABLE' });

    const broken = decisionService({
      clicks: {
        predict: () => {
          throw new Error('broken model');
        },
      },
    });
    const chooseBroken = await broken.prepare(REQUEST);
    if (chooseBroken instanceof Error) throw chooseBroken;
    expect(chooseBroken(LIST)).toMatchObject({ code: 'UNAVAILABLE' });
  });
});
