import { knownObjects } from '../auth/room';
import { ProductConditionsService } from '../catalog/product-conditions.service';
import { subjectOfCustomer } from '../events/log-event';
import { readModels } from '../events/room';
import { ActiveModel } from '../models/active-model.service';
import { servedModels } from '../models/room';
import { sponsorship } from '../recommend/room';
import type { ApiContext, ApiNeeds } from '../rooms/room';
import { readVisitorImpressions } from './billing/billing.store';
import { ClickModel } from './clicks/click-model';
import { decodeClicks } from './clicks/clicks-artefact';
import { AdDecisionLog } from './decision/ad-decision-log.service';
import { AdDecisionService } from './decision/ad-decision.service';
import { AdExplanationResolver } from './decision/ad-explanation.resolver';
import { AdSpendReadModel } from './decision/ad-spend.read-model';
import { SponsoredListResolver, SponsoredSearchResolver } from './decision/sponsored.resolver';
import { AdDefinitionsReadModel } from './definitions/ad-definitions.read-model';
import { AdDefinitionsResolver } from './definitions/ad-definitions.resolver';
import { AdDefinitionsService } from './definitions/ad-definitions.service';
import { findAdObject } from './definitions/ad-object.store';
import { CampaignFeed } from './report/campaign-feed.service';
import { CampaignFiguresResolver } from './report/campaign-figures.resolver';
import { CampaignFiguresService } from './report/campaign-figures.service';
import type { needs } from './room';

export const resolvers = [
  AdDefinitionsResolver,
  AdExplanationResolver,
  SponsoredSearchResolver,
  SponsoredListResolver,
  CampaignFiguresResolver,
];

/** The probability of a click until a click model is active. */
const DEFAULT_CLICK_PROBABILITY = 0.02;

export function api({ config, pool, pools, artefacts, pubSub, log }: ApiContext, needed: ApiNeeds<typeof needs>) {
  const { requestIds } = needed.auth;
  const { products } = needed.catalog;
  const { histories, values } = needed.customers;
  const { receipts, storage, eventLog } = needed.events;
  // The conditions of all line items of a decision read the attributes of the customer once.
  const reading = new Map<string, Promise<object | undefined>>();
  const readOnce = (customerId: string) => {
    let attributes = reading.get(customerId);
    if (attributes === undefined) {
      attributes = values.attributesOf(customerId).finally(() => reading.delete(customerId));
      reading.set(customerId, attributes);
    }
    return attributes;
  };
  const adConditions = new ProductConditionsService({ ...values, attributesOf: readOnce });
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
      if (adConsentAttribute === undefined || (await histories.isOptedOut(subjectOfCustomer(customerId)))) return false;
      const attributes = (await readOnce(customerId)) as Record<string, unknown> | undefined;
      return attributes?.[adConsentAttribute] === true;
    },
  });
  const service = new AdDefinitionsService({ pool, outbox: eventLog.outbox, conditions: adConditions, timeZone });
  const figures = new CampaignFiguresService(pool, config.attributionDays);
  const feed = new CampaignFeed({ definitions: service, figures, changes: definitions.changes, pubSub, log });
  return {
    contributes: [
      knownObjects.with({
        kind: 'ADVERTISER',
        has: async (id) => (await findAdObject(pool, 'ADVERTISER', id)) !== undefined,
      }),
      readModels.with(definitions),
      servedModels.with(clicks),
      sponsorship.with(decisions),
    ],
    resolvers: [
      new AdDefinitionsResolver(service, receipts, feed),
      new AdExplanationResolver(pool, decisionLog, definitions),
      new SponsoredSearchResolver(products),
      new SponsoredListResolver(products, needed.search.searches, needed.recommend.lists),
      new CampaignFiguresResolver(figures),
    ],
    load: () => spend.start(),
    stop: async () => {
      await decisionLog.flush();
      await spend.close();
    },
  };
}
