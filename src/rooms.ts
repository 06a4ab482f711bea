import { findAdObject } from './ads/definitions/ad-object.store';
import { adsModule } from './ads/module';
import { attributionModule } from './attribution/module';
import { authModule } from './auth/module';
import { catalogModule } from './catalog/module';
import { createEventLog } from './create-event-log';
import { readAttributes } from './customers/customer.store';
import { customersModule } from './customers/module';
import { isDemo } from './demo/fill-demo';
import { erasureModule } from './erasure/module';
import { eventsModule } from './events/module';
import { subjectOfCustomer } from './events/log-event';
import { followLog, type ReadModel } from './events/read-model';
import { forecastingModule } from './forecasting/module';
import { logisticsModule } from './logistics/module';
import { liveStateModule } from './live-state/module';
import { modelsModule } from './models/module';
import { monitoringModule } from './monitoring/module';
import { ordersModule } from './orders/module';
import { readOrders } from './orders/order.store';
import type { Platform } from './platform/connect';
import { SharedCache } from './platform/shared-cache';
import { recommendModule } from './recommend/module';
import { searchModule } from './search/module';
import { moveMergedConversations } from './support/conversation.store';
import { supportModule } from './support/module';
import { streamsModule } from './streams/module';
import { webhooksModule } from './webhooks/module';

/** Creates the rooms of an API process. `startApi` starts them. */
export function createRooms(platform: Platform) {
  const { config, log, pools } = platform;
  const cache = new SharedCache(platform.redisUrl, config.namespace, log);
  const eventLog = createEventLog(platform, { writes: pools.writes });
  const follower = followLog(platform, () => readModels);

  const auth = authModule(platform, {
    hasOrder: async (id) => (await readOrders(platform.pool, [id])).has(id),
    hasAdvertiser: async (id) => (await findAdObject(platform.pool, 'ADVERTISER', id)) !== undefined,
  });
  const { requestIds } = auth;
  const webhooks = webhooksModule(platform);
  const models = modelsModule(platform, () => activeModels);
  const catalog = catalogModule(eventLog, {
    attributesOf: (id) => readAttributes(pools.lists, id),
    profileOf: (id) => customers.profileValues.find(id),
  });
  const { products } = catalog;
  const knowsProduct = (id: string) => products.getPublished(id) !== undefined;
  const events = eventsModule(platform, eventLog, { follower, knowsProduct, requestIds });
  const liveState = liveStateModule(platform);
  const streams = streamsModule(platform, eventLog);
  const orders = ordersModule(platform, eventLog, { products, streams: streams.streams });
  const logistics = logisticsModule(platform, eventLog, {
    events: events.events,
    receipts: events.receipts,
    orders: orders.reader,
    streams: streams.streams,
    products,
    follower,
  });
  const forecasting = forecastingModule(streams.streams, streams.windows);
  const monitoring = monitoringModule(platform, {
    streams: streams.streams,
    windows: streams.windows,
    versions: models.versions,
  });
  const customers = customersModule(platform, eventLog, products, [moveMergedConversations]);
  const { conditions } = catalog;
  const { histories, profileValues } = customers;
  const { shop, popularity } = liveState;
  const shared = {
    ...{ products, conditions, histories, profileValues, shop, requestIds },
    ...{ receipts: events.receipts, follower, cache, storage: events.storage },
    sponsorship: () => ads.decisions,
  };
  const recommend = recommendModule(platform, { ...shared, versions: models.versions });
  const search = searchModule(platform, eventLog, {
    ...shared,
    popularity,
    affinities: recommend.affinities,
    events: events.events,
  });
  const ads = adsModule(platform, eventLog, {
    ...shared,
    searches: search.searches,
    recommendations: recommend.lists,
    attributesOf: (id) => readAttributes(pools.lists, id),
    profileOf: (id) => profileValues.find(id),
    isOptedOut: (id) => histories.isOptedOut(subjectOfCustomer(id)),
  });
  const attribution = attributionModule(platform, products);
  const support = supportModule(platform, eventLog, {
    keys: auth.keys,
    receipts: events.receipts,
    storage: events.storage,
    products,
    estimates: logistics.estimates,
    search: search.searches,
    recommendations: recommend.lists,
    isDemo: async () => config.demo && config.demoTraffic && (await isDemo(platform.pool)),
  });
  const erasure = erasureModule(platform, eventLog);
  const activeModels = [
    recommend.blend,
    search.ranking,
    customers.segmentsModel,
    customers.behaviourModel,
    support.intents,
    ads.clicks,
  ];

  // A change is applied in this order: the search index reads the products and the merchandising rules.
  const withReadModels = [catalog, search, customers, orders, logistics, events, ads, support];
  const readModels: readonly ReadModel[] = withReadModels.flatMap((room) => room.readModels);
  const rooms = {
    auth,
    webhooks,
    models,
    catalog,
    events,
    streams,
    orders,
    logistics,
    forecasting,
    monitoring,
    customers,
  };
  const all = { ...rooms, recommend, search, attribution, ads, support, erasure };
  const resolvers = Object.values(all).flatMap((room): object[] => room.resolvers);
  return { ...all, activeModels, liveState, cache, eventLog, follower, resolvers };
}

export type Rooms = ReturnType<typeof createRooms>;
