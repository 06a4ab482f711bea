import type { Config } from './config';
import { DEMO_STOREFRONT_KEY } from './demo/demo-names';
import { explainDemoKey } from './demo/explain-demo-key';
import { isDemo } from './demo/fill-demo';
import { readPersonas } from './demo/demo-persona.store';
import { serveDemo } from './demo/module';
import type { Readiness } from './graphql/http/health';
import { buildGraphqlSchema } from './graphql/schema';
import { createServer } from './graphql/server';
import { serveWebPages } from './pages/module';
import { connectPlatform } from './platform/connect';
import { EngineWatch } from './platform/engine-watch';
import { API_CONNECTIONS, waitingByPurpose } from './platform/pools';
import { REQUEST_TIMEOUT_MS } from './platform/postgres';
import { requireAllResolvers } from './resolvers';
import { createRooms, type Rooms } from './rooms';

export interface Api {
  readonly port: number;
  /** The shop's first admin key, shown only once; null if the shop already had one. */
  readonly newAdminKey: string | null;
  /** Stops accepting requests, completes pending ones, writes buffered data, and closes all connections. */
  close(): Promise<void>;
}

/** Starts an API process: the rooms with their read models (data in memory that follows the log), and the HTTP server. */
export async function startApi(config: Config): Promise<Api> {
  const platform = connectPlatform(config, 'api', REQUEST_TIMEOUT_MS, API_CONNECTIONS);
  const { log, pool, pubSub } = platform;
  const rooms = createRooms(platform);
  const { ads, auth, catalog, customers, events, follower, liveState, monitoring, orders, recommend, search, support } =
    rooms;
  const demo = await isDemo(pool);
  // Must come before the read models and the server, because every list and search issues an id.
  await auth.requestIds.start();
  const authenticate = demo ? auth.authenticate : explainDemoKey(auth.authenticate);
  const schema = buildGraphqlSchema(requireAllResolvers(rooms.resolvers), pubSub);
  const engines = new EngineWatch(platform.databaseUrl, platform.redisUrl, config.namespace, log);
  const ready = () => readinessOf(rooms, engines);
  const server = await createServer({ config, log, schema, authenticate, observer: monitoring.observer, ready });
  events.serve(server);
  await serveWebPages(server, platform, auth.keys, demo ? DEMO_STOREFRONT_KEY : null);
  const { products } = catalog;
  const backEnd = {
    tokens: auth.tokens,
    requestIds: auth.requestIds,
    customers: customers.customers,
    personas: () => readPersonas(pool),
    merges: customers.merges,
    products,
    orders: orders.orders,
    reader: orders.reader,
  };
  serveDemo(server, products, demo && config.shopPage ? backEnd : null);
  await monitoring.serve(server, authenticate, {
    reached: () => ({
      readModels: follower.position,
      searchIndex: search.index.indexedPosition,
      shopState: liveState.shop.position,
    }),
    sessionProducts: () => liveState.shop.state.sessions.table.entryCount,
    waitingOrders: () => orders.orders.waiting,
    waitingConnections: () => waitingByPurpose(platform.pools),
  });

  search.index.prepare();
  const readers = [follower, liveState.shop, recommend.ease, search.loggedQueries];
  const models = rooms.activeModels;
  await Promise.all([...readers, ads.spend, ...models, events.pressure, events.storage].map((part) => part.start()));
  // Must come after `follower.start()`: the search index is built from the catalogue that the follower has loaded.
  await search.index.start();
  support.sweeper.start();
  const { port } = await server.listen();
  engines.start();
  const reporting = monitoring.report();
  // This is the last step, after everything that can fail, because the key is shown only once.
  const newAdminKey = await auth.keys.ensureAdminKey();

  return {
    port,
    newAdminKey,
    close: async () => {
      await Promise.all([server.close(), reporting.stop(), engines.stop(), support.sweeper.stop()]);
      // The search log sends events.
      await search.searchLog.close();
      await ads.decisionLog.flush();
      await events.events.close();
      await Promise.all([...readers, search.index].map((part) => part.close()));
      await events.pressure.stop();
      await events.storage.stop();
      await liveState.learner.stop();
      for (const part of [ads.spend, ...models, catalog.products]) part.close();
      await rooms.eventLog.outbox.markPublished();
      rooms.cache.close();
      await platform.close();
    },
  };
}

/**
 * A process is ready for traffic if none of its read models (data in memory) is behind the log. `reasons` names each
 * one that is behind.
 */
function readinessOf({ follower, liveState, search }: Rooms, engines: EngineWatch): Readiness {
  const lags = [
    follower.lagReason === null ? null : `read models: ${follower.lagReason}`,
    liveState.lagReason(),
    search.index.behind === null ? null : `search: ${search.index.behind}`,
  ];
  const reasons = lags.filter((lag) => lag !== null);
  // A stuck learner must not make every API process unready.
  const { reason } = liveState.learner;
  return { ready: reasons.length === 0, reasons, degraded: [...(reason === null ? [] : [reason]), ...engines.reasons] };
}
