import { createAuthenticate } from './auth/authenticate';
import { ApiKeyResolver } from './auth/api-key.resolver';
import { ApiKeyService } from './auth/api-key.service';
import { SessionResolver } from './auth/session.resolver';
import { TokenService } from './auth/token.service';
import { ProductConditionsService } from './catalog/product-conditions.service';
import { ProductResolver } from './catalog/product.resolver';
import { ProductService } from './catalog/product.service';
import type { Config } from './config';
import { createEventLog } from './create-event-log';
import { CustomerResolver } from './customers/customer.resolver';
import { CustomerService, readAttributes } from './customers/customer.service';
import { MergeService } from './customers/merge.service';
import { servePictures } from './demo/picture.route';
import { DemoBackEnd } from './demo/back-end.service';
import { serveDemoBackEnd } from './demo/back-end.route';
import { DEMO_STOREFRONT_KEY } from './demo/demo-names';
import { isDemo } from './demo/demo.service';
import { BackPressure } from './events/back-pressure';
import { ErasureResolver } from './erasure/erasure.resolver';
import { ErasureService } from './erasure/erasure.service';
import { EventResolver } from './events/event.resolver';
import { serveEvents } from './events/event.route';
import { EventService } from './events/event.service';
import { InboxBatchResolver } from './events/inbox-batch.resolver';
import { InboxBatchService } from './events/inbox-batch.service';
import { measureInbox } from './events/inbox-pressure.service';
import { RejectedEventResolver } from './events/rejected-event.resolver';
import { RejectedEventService } from './events/rejected-event.service';
import { RetryRejectedService } from './events/retry-rejected.service';
import { AnomalyDetector } from './forecasting/anomaly-detector.service';
import { Forecaster } from './forecasting/forecaster.service';
import { ForecastingResolver } from './forecasting/forecasting.resolver';
import { StreamFigureReader } from './forecasting/stream-figure-reader.service';
import { buildGraphqlSchema } from './graphql/schema';
import { createServer } from './graphql/server';
import { JobStore } from './models/job-store.service';
import { AlertFeed } from './monitoring/alerts/alert-feed.service';
import { AlertPreviewResolver } from './monitoring/alerts/alert-preview.resolver';
import { AlertPreviewService } from './monitoring/alerts/alert-preview.service';
import { AlertResolver } from './monitoring/alerts/alert.resolver';
import { AlertRuleService } from './monitoring/alerts/alert-rule.service';
import { AlertService } from './monitoring/alerts/alert.service';
import { serveMetrics } from './monitoring/metrics.route';
import { OperationMetrics } from './monitoring/operation-metrics.service';
import { serveQueueBoard } from './monitoring/queue-board.route';
import { processRegistry } from './monitoring/process-registry.service';
import { ShopMetrics } from './monitoring/shop-metrics.service';
import { reportProcess } from './monitoring/system/process-reporter.service';
import { ProcessSlices } from './monitoring/system/process-slices.service';
import { SystemFeed } from './monitoring/system/system-feed.service';
import { SystemResolver } from './monitoring/system/system.resolver';
import { SystemService } from './monitoring/system/system.service';
import { WebhookResolver } from './webhooks/webhook.resolver';
import { deliveriesOfAlert, WebhookService } from './webhooks/webhook.service';
import { WebhookTestService } from './webhooks/webhook-test.service';
import { InactiveVersions } from './models/inactive-versions.service';
import { ModelFeed } from './models/model-feed.service';
import { ModelResolver } from './models/model.resolver';
import { ModelService } from './models/model.service';
import { VersionStore } from './models/version-store.service';
import { OrderAnalyticsResolver } from './orders/order-analytics.resolver';
import { OrderAnalytics } from './orders/order-analytics.service';
import { OrderFeed } from './orders/order-feed.service';
import { OrderReader } from './orders/order-reader.service';
import { OrderResolver } from './orders/order.resolver';
import { OrderService } from './orders/order.service';
import { serveExplorerConfig } from './pages/explorer-config.route';
import { servePages } from './pages/pages.route';
import { serveShopConfig } from './pages/shop-config.route';
import { ShopPageService } from './pages/shop-page.service';
import { connectPlatform } from './platform/connect';
import { API_CONNECTIONS } from './platform/pools';
import { REQUEST_TIMEOUT_MS } from './platform/postgres';
import { SharedCache } from './platform/shared-cache';
import { RankerVersions } from './recommend/serving/ranker-versions.service';
import { LearnerStallMonitor } from './live-state/learner/learner-stall.service';
import { ListSnapshots } from './recommend/serving/list-snapshots.service';
import { RecommendationFeed } from './recommend/serving/recommendation-feed.service';
import { RecommendationResolver } from './recommend/serving/recommendation.resolver';
import { RecommendationService } from './recommend/serving/recommendation.service';
import { CustomerAffinities } from './recommend/serving/customer-affinities.service';
import type { ResolverInstances } from './resolvers';
import { HiddenSuggestionResolver } from './search/suggestions/hidden-suggestion.resolver';
import { HiddenSuggestionService } from './search/suggestions/hidden-suggestion.service';
import { MerchandisingResolver } from './search/merchandising/merchandising.resolver';
import { MerchandisingService } from './search/merchandising/merchandising.service';
import { SearchPageMapper } from './search/search-page-mapper';
import { SearchFeed } from './search/search-feed.service';
import { LoggedQueriesReadModel } from './search/query-log/logged-queries.read-model';
import { SearchReportFeed } from './search/report/search-report-feed.service';
import { SearchReportResolver } from './search/report/search-report.resolver';
import { SearchReportService } from './search/report/search-report.service';
import { SearchLog } from './search/search-log.service';
import { SearchRanker } from './search/search-ranker.read-model';
import { SearchResolver } from './search/search.resolver';
import { SearchService } from './search/search.service';
import { SuggestionResolver } from './search/suggestions/suggestion.resolver';
import { SuggestionService } from './search/suggestions/suggestion.service';
import { SynonymResolver } from './search/synonyms/synonym.resolver';
import { SynonymService } from './search/synonyms/synonym.service';
import { AnalysisResolver } from './streams/analysis.resolver';
import { AnalysisService } from './streams/analysis.service';
import { PastWindowsService } from './streams/past-windows.service';
import { StreamResolver } from './streams/stream.resolver';
import { StreamService } from './streams/stream.service';
import { WindowFeed } from './streams/window-feed.service';
import { WindowTotals } from './streams/window-totals.service';
import { WindowsService } from './streams/windows.service';
import { createReadModels, decodeServedRanker, readinessOf } from './read-models';

export interface Api {
  readonly port: number;
  /** The shop's first admin key, shown only once; null if the shop already had one. */
  readonly newAdminKey: string | null;
  /** Stops accepting requests, completes pending ones, writes buffered data, and closes all connections. */
  close(): Promise<void>;
}

/**
 * Starts an API process: the read models (data in memory that follows the log), the resolvers that use them, and the
 * HTTP server.
 */
export async function startApi(config: Config): Promise<Api> {
  const platform = connectPlatform(config, 'api', REQUEST_TIMEOUT_MS, API_CONNECTIONS);
  const { log, pool, pools, prisma, pubSub, queues } = platform;

  const keys = new ApiKeyService(prisma, config.adminKey);
  const tokens = new TokenService(prisma, config);
  const eventLog = createEventLog(platform);
  const { outbox } = eventLog;
  const snapshotCache = new SharedCache(platform.redisUrl, config.namespace, log);

  const readModels = createReadModels(platform, () => conditions);
  const { products, histories, shop, blend, ease, popularity, search, synonyms, merchandising, follower, receipts } =
    readModels;
  const { ranking, hiddenSuggestions } = readModels;
  const ranker = new SearchRanker(ranking);
  const learner = new LearnerStallMonitor(pools.log, log);
  const pressure = new BackPressure({
    measure: () => measureInbox(pools.ingest),
    inFlightEvents: () => events.inFlightEvents,
    log,
    maxAgeMs: config.inboxMaxAgeMs,
    maxEvents: config.inboxMaxEvents,
  });
  const events = new EventService({
    pool: pools.ingest,
    queues,
    log,
    delayMs: config.ingestDelayMs,
    knowsProduct: (id) => products.getPublished(id) !== undefined,
    admit: (count) => pressure.admit(count),
  });
  const customers = new CustomerService(pool, prisma, outbox, products);
  const orders = new OrderReader(pool, products);
  const conditions = new ProductConditionsService((id) => readAttributes(pools.lists, id));
  const versions = new VersionStore(pool, platform.artefacts, pubSub);
  const recommendations = new RecommendationService({
    products,
    conditions,
    histories,
    shop,
    blend,
    versions: new RankerVersions(
      blend,
      new InactiveVersions('blend', decodeServedRanker, versions, platform.artefacts),
    ),
    ease,
    receipts,
    snapshots: new ListSnapshots(snapshotCache),
    follower: () => follower,
  });
  const feed = new RecommendationFeed({ service: recommendations, products, histories, shop, blend, ease, log });

  const loggedQueries = new LoggedQueriesReadModel({
    pool: pools.states,
    pubSub,
    log,
    minCustomers: config.suggestMinCustomers,
  });
  const searchLog = new SearchLog({ send: (searched) => events.recordInternal(searched), log });
  const searches = new SearchService({
    search,
    synonyms,
    merchandising,
    conditions,
    affinities: new CustomerAffinities({ histories, shop, blend, ease }),
    popularity,
    ranker,
    pageMapper: new SearchPageMapper(products),
    snapshots: new ListSnapshots(snapshotCache, 'search'),
    searchLog: config.searchLog ? searchLog : undefined,
    receipts,
    follower: () => follower,
  });

  const models = new ModelService(versions, new JobStore(pool, pubSub), queues);

  const windows = new WindowsService(pool);
  const merges = new MergeService(pool, outbox);
  const orderService = new OrderService(eventLog);
  const streams = new StreamService(pool, outbox);
  const figures = new StreamFigureReader(streams, windows);
  const reports = new SearchReportService(pool);
  const alerts = new AlertService(pool, pubSub);
  const streamOf = (id: string) => streams.stream(id);
  const rules = new AlertRuleService({ pool, pubSub, streamOf });
  const previews = new AlertPreviewService({ pool, streamOf, windows: new PastWindowsService(pool, windows) });
  const registry = processRegistry();
  const slices = new ProcessSlices(pool);
  const metrics = new ShopMetrics(registry, { pool, pubSub, queues, versions, slices }, log);
  const systems = new SystemService(registry, metrics, slices);
  const resolvers: ResolverInstances = [
    new AlertPreviewResolver(previews),
    new AlertResolver(rules, alerts, new AlertFeed(alerts, pubSub, log), deliveriesOfAlert(pool)),
    new ApiKeyResolver(keys),
    new CustomerResolver(customers, merges),
    new ErasureResolver(new ErasureService(pool, outbox, log, config.erasureIntervalMs)),
    new EventResolver(events),
    new ForecastingResolver(new Forecaster(figures), new AnomalyDetector(figures)),
    new HiddenSuggestionResolver(new HiddenSuggestionService(pool, outbox)),
    new InboxBatchResolver(new InboxBatchService(pool)),
    new MerchandisingResolver(new MerchandisingService(pool, outbox, conditions)),
    new ModelResolver(models, versions, new ModelFeed(models, pubSub, log)),
    new OrderAnalyticsResolver(new OrderAnalytics(streams, new WindowTotals(pool))),
    new OrderResolver(
      orders,
      orderService,
      new OrderFeed(new OrderReader(pools.lists, products), readModels.orders, log),
    ),
    new ProductResolver(products, new ProductService(pool, outbox), conditions),
    new RecommendationResolver(recommendations, feed),
    new RejectedEventResolver(new RejectedEventService(prisma), new RetryRejectedService(eventLog, queues, pressure)),
    new SearchReportResolver(reports, new SearchReportFeed(reports, pubSub, log)),
    new SearchResolver(searches, new SearchFeed({ service: searches, search, histories, shop, ranker, log })),
    new SessionResolver(tokens),
    new AnalysisResolver(new AnalysisService(pool)),
    new StreamResolver(streams, windows, new WindowFeed(new WindowsService(pools.lists), pubSub, log)),
    new SuggestionResolver(
      new SuggestionService({ products, popularity, loggedQueries, hidden: hiddenSuggestions, searches }),
    ),
    new SynonymResolver(new SynonymService(pool, outbox, config.shopLanguage)),
    new SystemResolver(systems, new SystemFeed(systems, log)),
    new WebhookResolver(new WebhookService(pool), new WebhookTestService(pool, config.webhookNetworks)),
  ];
  const schema = buildGraphqlSchema(resolvers, pubSub);
  const authenticate = createAuthenticate(keys, tokens);
  const server = await createServer({
    config,
    log,
    schema,
    authenticate,
    observer: new OperationMetrics(registry),
    ready: () => readinessOf(readModels, learner),
  });
  serveEvents(server, events, authenticate);
  await servePages(server.fastify, config.nodeEnv);
  await serveQueueBoard(server.fastify, authenticate, queues);
  servePictures(server.fastify, products);
  const demo = await isDemo(pool);
  const page = { open: config.shopPage, name: config.namespace, isDemo: demo };
  serveShopConfig(server.fastify, new ShopPageService(prisma, keys, page));
  if (config.nodeEnv !== 'production') serveExplorerConfig(server.fastify, demo ? DEMO_STOREFRONT_KEY : null);
  if (demo && config.shopPage)
    serveDemoBackEnd(
      server,
      authenticate,
      new DemoBackEnd({ tokens, customers, merges, products, orders: orderService, reader: orders }),
    );
  serveMetrics(server.fastify, {
    authenticate,
    registry,
    socketServer: server.sockets,
    position: () => follower.position,
    refresh: () => metrics.refresh(),
  });
  search.prepare();
  const parts = [follower, shop, blend, ranking, ease, pressure, loggedQueries];
  await Promise.all(parts.map((part) => part.start()));
  // Must come after `follower.start()`: the search index is built from the catalogue that the follower has loaded.
  await search.start();
  const { port } = await server.listen();
  const reporting = reportProcess(registry, 'API', platform);
  // This is the last step, after everything that can fail, because the key is shown only once.
  const newAdminKey = await keys.ensureAdminKey();

  return {
    port,
    newAdminKey,
    close: async () => {
      await Promise.all([server.close(), reporting.stop()]);
      await searchLog.close();
      await events.close();
      await Promise.all([
        follower.close(),
        shop.close(),
        ease.close(),
        search.close(),
        loggedQueries.close(),
        pressure.stop(),
      ]);
      await learner.stop();
      blend.close();
      ranking.close();
      products.close();
      await outbox.markPublished();
      snapshotCache.close();
      await platform.close();
    },
  };
}
