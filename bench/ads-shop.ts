/** Synthetic ads: definitions, and the read models of an API process that holds them. */
import { randomBytes } from 'node:crypto';
import pino from 'pino';
import type { AdDefinition, CampaignRecord, LineItemRecord } from '../src/ads/definitions/ad-records';
import type { RecentSpend } from '../src/ads/billing/billing.store';
import type { ClickPredictor } from '../src/ads/clicks/ad-features';
import { AdDefinitionsReadModel } from '../src/ads/definitions/ad-definitions.read-model';
import { AdDecisionService, type AdDecisionOptions } from '../src/ads/decision/ad-decision.service';
import { AdSpendReadModel } from '../src/ads/decision/ad-spend.read-model';
import { sealAdToken, type AdTokenKeys } from '../src/auth/ad-token';
import { mergeProduct } from '../src/catalog/merge-product';
import { ProductConditionsService } from '../src/catalog/product-conditions.service';
import { ProductsReadModel } from '../src/catalog/products.read-model';
import type { Pool } from '../src/platform/postgres';
import type { RedisPubSub } from '../src/platform/pubsub';

const AT = '2026-01-01T00:00:00.000Z';
export const AD_PLACEMENT = 'search-results';
/** The click probability without a click model. */
export const PREDICTED_PROBABILITY = 0.02;

/** Spend by campaign and day, as a process reads it. */
export interface SpendRow {
  readonly campaignId: string;
  readonly day: string;
  readonly spend: number;
}

/** Returns the rows of all days by campaign, as the statement of a process does. */
function recentSpend(rows: readonly SpendRow[]): RecentSpend[] {
  const byCampaign = new Map<string, { campaignId: string; total: number; days: Record<string, number> }>();
  for (const { campaignId, day, spend } of rows) {
    const known = byCampaign.get(campaignId) ?? { campaignId, total: 0, days: {} };
    known.total += spend;
    known.days[day] = spend;
    byCampaign.set(campaignId, known);
  }
  return [...byCampaign.values()];
}

export type FakePubSub = Pick<RedisPubSub, 'listen' | 'onReconnect' | 'publish'>;

/** The part of an API process that decides on ads. */
export interface AdProcess {
  readonly decisions: AdDecisionService;
  readonly spend: AdSpendReadModel;
}

interface AdProcessOptions {
  readonly definitions: readonly AdDefinition[];
  readonly products: ProductsReadModel;
  readonly keys: AdTokenKeys;
  readonly pubSub: FakePubSub;
  /** Returns the spend of campaigns; of all without ids. */
  readonly readSpend: (campaignIds?: readonly string[]) => readonly SpendRow[];
  readonly onDecision?: AdDecisionOptions['decisions']['add'];
  /** Always {@link PREDICTED_PROBABILITY} unless given. */
  readonly clicks?: ClickPredictor;
}

/** Builds what an API process has in memory, with its real classes. Only PostgreSQL and Redis are simulated. */
export async function adProcess(options: AdProcessOptions): Promise<AdProcess> {
  const { products, keys, pubSub, readSpend, onDecision = () => undefined } = options;
  const { clicks = { predict: () => PREDICTED_PROBABILITY } } = options;
  const conditions = new ProductConditionsService({
    attributesOf: () => Promise.resolve(undefined),
    profileOf: () => Promise.resolve({}),
  });
  const definitions = new AdDefinitionsReadModel(() => conditions);
  definitions.apply({ ads: options.definitions });
  const pool = {
    query: (_: unknown, values?: readonly [readonly string[] | null]) =>
      Promise.resolve({ rows: recentSpend(readSpend(values?.[0] ?? undefined)) }),
  } as unknown as Pool;
  const spend = new AdSpendReadModel(pool, pubSub, pino({ level: 'silent' }));
  await spend.start();
  const decisions = new AdDecisionService({
    ...{ definitions, spend, products, clicks, log: pino({ level: 'silent' }) },
    requestIds: { issueAd: (content, who, productId) => sealAdToken(keys, content, who, productId) },
    decisions: { add: onDecision },
    impressionsOf: () => Promise.resolve(new Map()),
    hasConsent: () => Promise.resolve(false),
  });
  return { decisions, spend };
}

export function newAdKeys(): AdTokenKeys {
  return new Map([[1, randomBytes(32)]]);
}

export const silentPubSub: FakePubSub = {
  listen: () => () => undefined,
  onReconnect: () => () => undefined,
  publish: () => undefined,
};

/** Returns a catalogue of products `p0`, `p1` and so on, all in stock. */
export function adProducts(count: number): ProductsReadModel {
  const products = new ProductsReadModel();
  const records = Array.from({ length: count }, (_, n) => {
    const price = { amount: `${10 + (n % 90)}.00`, currency: 'EUR' };
    const input = { id: `p${n}`, title: `Product ${n}`, categories: [`Home > ${n % 12}`], price, stock: 5 };
    const record = mergeProduct(undefined, input, Date.parse(AT));
    if ('code' in record) throw new Error(record.message);
    return record;
  });
  products.apply({ products: records });
  return products;
}

export function advertiserOf(id: string): AdDefinition {
  return { kind: 'ADVERTISER', record: { id, name: `Advertiser ${id}`, updatedAt: AT } };
}

export function placementOf(id: string, slots: number, explorationShare = 0): AdDefinition {
  const reserves = { reserveCpc: 10_000, reserveCpm: 100_000 };
  return { kind: 'PLACEMENT', record: { id, slots, currency: 'EUR', ...reserves, explorationShare, updatedAt: AT } };
}

export function campaignOf(
  given: Pick<CampaignRecord, 'id' | 'advertiserId' | 'totalBudget'> & Partial<CampaignRecord>,
): AdDefinition {
  const flight = { startsAt: AT, endsAt: null, isPaused: false, updatedAt: AT };
  const record = { name: given.id, currency: 'EUR', timeZone: 'UTC', dailyBudget: null, ...flight, ...given };
  return { kind: 'CAMPAIGN', record };
}

export function lineItemOf(
  given: Pick<LineItemRecord, 'number' | 'campaignId' | 'bid' | 'productIds'> & Partial<LineItemRecord>,
): AdDefinition {
  const keywords = { exactKeywords: [], phraseKeywords: [], negativeKeywords: [] };
  const rest = { targeting: null, frequencyCap: null, isPaused: false, updatedAt: AT };
  const id = `l${given.number}`;
  return {
    kind: 'LINE_ITEM',
    record: { id, bidKind: 'CPC', placements: [AD_PLACEMENT], ...keywords, ...rest, ...given },
  };
}
