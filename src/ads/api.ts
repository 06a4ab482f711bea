import type { RequestIds } from '../auth/request-id.service';
import { ProductConditionsService, type CustomerValues } from '../catalog/product-conditions.service';
import type { ProductsReadModel } from '../catalog/products.read-model';
import type { EventLog } from '../events/event-log';
import type { ReadModel } from '../events/read-model';
import type { Receipts } from '../events/receipts';
import type { StorageAllowance } from '../events/storage-allowance.service';
import { ActiveModel } from '../models/active-model.service';
import type { Platform } from '../platform/connect';
import type { RecommendationService } from '../recommend/serving/recommendation.service';
import type { SearchService } from '../search/search.service';
import { readVisitorImpressions } from './billing/billing.store';
import { ClickModel } from './clicks/click-model';
import { decodeClicks } from './clicks/clicks-artefact';
import { AdDecisionLog } from './decision/ad-decision-log.service';
import { AdDecisionService } from './decision/ad-decision.service';
import { AdSpendReadModel } from './decision/ad-spend.read-model';
import { AdExplanationResolver } from './decision/ad-explanation.resolver';
import { SponsoredListResolver, SponsoredSearchResolver } from './decision/sponsored.resolver';
import { AdDefinitionsReadModel } from './definitions/ad-definitions.read-model';
import { AdDefinitionsResolver } from './definitions/ad-definitions.resolver';
import { AdDefinitionsService } from './definitions/ad-definitions.service';
import { CampaignFeed } from './report/campaign-feed.service';
import { CampaignFiguresResolver } from './report/campaign-figures.resolver';
import { CampaignFiguresService } from './report/campaign-figures.service';

export interface AdsOptions {
  readonly products: ProductsReadModel;
  readonly receipts: Receipts;
  readonly requestIds: RequestIds;
  readonly storage: Pick<StorageAllowance, 'tryCharge'>;
  readonly searches: SearchService;
  readonly recommendations: RecommendationService;
  /** Returns the attributes of a customer; undefined if there is no such customer. */
  readonly attributesOf: (customerId: string) => Promise<object | undefined>;
  readonly profileOf: CustomerValues['profileOf'];
  /** Returns whether a customer has opted out of profiling. */
  readonly isOptedOut: (customerId: string) => Promise<boolean>;
}

/** The probability of a click until a click model is active. */
const DEFAULT_CLICK_PROBABILITY = 0.02;

export function adsModule(
  { config, pool, pools, artefacts, pubSub, log }: Platform,
  { outbox }: EventLog,
  {
    products,
    receipts,
    requestIds,
    storage,
    searches,
    recommendations,
    attributesOf,
    profileOf,
    isOptedOut,
  }: AdsOptions,
) {
  // The conditions of all line items of a decision read the attributes of the customer once.
  const reading = new Map<string, Promise<object | undefined>>();
  const readOnce = (customerId: string) => {
    let attributes = reading.get(customerId);
    if (attributes === undefined) {
      attributes = attributesOf(customerId).finally(() => reading.delete(customerId));
      reading.set(customerId, attributes);
    }
    return attributes;
  };
  const adConditions = new ProductConditionsService({ attributesOf: readOnce, profileOf });
  const definitions = new AdDefinitionsReadModel(() => adConditions);
  const spend = new AdSpendReadModel(pools.states, pubSub, log);
  const decisionLog = new AdDecisionLog({
    pool,
    log,
    mayStore: (sender, bytes) => storage.tryCharge('AD_DECISIONS', sender, bytes),
  });
  const decodeModel = (bytes: Uint8Array) => new ClickModel(decodeClicks(bytes));
  const clicks = new ActiveModel('ads', decodeModel, artefacts, pubSub, log);
  const { adConsentAttribute, timeZone } = config;
  const decisions = new AdDecisionService({
    definitions,
    spend,
    products,
    clicks: { predict: (ad, slot) => clicks.current?.predict(ad, slot) ?? DEFAULT_CLICK_PROBABILITY },
    requestIds,
    log,
    decisions: decisionLog,
    impressionsOf: async (subject, since) => {
      const rows = await readVisitorImpressions(pools.lists, subject, since);
      return new Map(rows.map(({ lineItem, impressions }) => [lineItem ?? 0, impressions]));
    },
    hasConsent: async (customerId) => {
      if (adConsentAttribute === undefined || (await isOptedOut(customerId))) return false;
      const attributes = (await readOnce(customerId)) as Record<string, unknown> | undefined;
      return attributes?.[adConsentAttribute] === true;
    },
  });
  const service = new AdDefinitionsService({ pool, outbox, conditions: adConditions, timeZone });
  const figures = new CampaignFiguresService(pool, config.attributionDays);
  const feed = new CampaignFeed({ definitions: service, figures, changes: definitions.changes, pubSub, log });
  const resolvers = [
    new AdDefinitionsResolver(service, receipts, feed),
    new AdExplanationResolver(pool, decisionLog, definitions),
    new SponsoredSearchResolver(products),
    new SponsoredListResolver(products, searches, recommendations),
    new CampaignFiguresResolver(figures),
  ];
  const readModels: ReadModel[] = [
    { load: (client) => definitions.load(client), apply: (_, change) => definitions.apply(change) },
  ];
  return { decisions, decisionLog, spend, clicks, resolvers, readModels };
}
