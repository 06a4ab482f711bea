import { auth } from './auth/room';
import type { Config } from './config';
import type { Readiness } from './graphql/http/health';
import { buildGraphqlSchema } from './graphql/schema';
import { createServer } from './graphql/server';
import { monitoring } from './monitoring/room';
import { connectPlatform } from './platform/connect';
import { EngineWatch } from './platform/engine-watch';
import { API_CONNECTIONS } from './platform/pools';
import { REQUEST_TIMEOUT_MS } from './platform/postgres';
import { SharedCache } from './platform/shared-cache';
import { ApiRooms } from './rooms/open-rooms';
import type { Room } from './rooms/room';
import { SHOP } from './shop';

export interface Api {
  readonly port: number;
  /** The shop's first admin key, shown only once; null if the shop already had one. */
  readonly newAdminKey: string | null;
  /** Stops accepting requests, completes pending ones, writes buffered data, and closes all connections. */
  close(): Promise<void>;
}

/** Starts an API process: the rooms with their read models (data in memory that follows the log), and the HTTP server. */
export async function startApi(config: Config, shop: readonly Room[] = SHOP): Promise<Api> {
  const platform = connectPlatform(config, 'api', REQUEST_TIMEOUT_MS, API_CONNECTIONS);
  const { log, pubSub, databaseUrl, redisUrl } = platform;
  const cache = new SharedCache(redisUrl, config.namespace, log);
  const rooms = await ApiRooms.open(shop, { ...platform, cache });
  const { authenticate, keys } = rooms.offersOf(auth);
  const { observer, report } = rooms.offersOf(monitoring);
  rooms.prepareSchema();
  const schema = buildGraphqlSchema(rooms.resolvers, pubSub);
  const engines = new EngineWatch(databaseUrl, redisUrl, config.namespace, log);
  const ready = () => readinessOf(rooms, engines);
  const server = await createServer({ config, log, schema, authenticate, observer, ready });
  await rooms.serve(server);
  await rooms.start();
  const { port } = await server.listen();
  engines.start();
  const reporting = report();
  // This is the last step, after everything that can fail, because the key is shown only once.
  const newAdminKey = await keys.ensureAdminKey();

  return {
    port,
    newAdminKey,
    close: async () => {
      await Promise.all([server.close(), engines.stop(), reporting.stop()]);
      await rooms.stop();
      cache.close();
      await platform.close();
    },
  };
}

/** A process is ready for traffic if none of its rooms is behind. `reasons` names what is behind. */
function readinessOf(rooms: ApiRooms, engines: EngineWatch): Readiness {
  const reasons = rooms.lagReasons;
  return { ready: reasons.length === 0, reasons, degraded: [...rooms.degradedReasons, ...engines.reasons] };
}
