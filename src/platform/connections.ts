import type { Config } from '../config';
import { ArtefactStore } from './artefacts';
import { createLog, type Logger } from './log';
import { connectPools, type Pools, type ReservedConnections } from './pools';
import type { Pool } from './postgres';
import { RedisPubSub } from './pubsub';
import { requireServices } from './required-services';

/** Connections of a thread or a background process. This module does not load BullMQ or Prisma. */
export interface Connections {
  readonly config: Config;
  readonly log: Logger;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** The pool for requests, background work, and everything else that has no reserved connections. */
  readonly pool: Pool;
  readonly pools: Pools;
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly close: () => Promise<void>;
}

/**
 * Creates connections to the PostgreSQL and Redis of the settings. Each connection opens at its first use.
 * @param queryTimeoutMs maximum duration of a statement in milliseconds; unlimited by default
 * @param reserved numbers of connections, out of DATABASE_CONNECTIONS, that are reserved for a purpose
 */
export function openConnections(
  config: Config,
  name: string,
  queryTimeoutMs?: number,
  reserved: ReservedConnections = {},
): Connections {
  const { databaseUrl, redisUrl } = requireServices(config);
  const { namespace } = config;
  const log = createLog(config, name);
  const pools = connectPools(
    databaseUrl,
    namespace,
    { name, max: config.databaseConnections, queryTimeoutMs },
    reserved,
  );
  const pubSub = new RedisPubSub(redisUrl, namespace, log);
  return {
    config,
    log,
    databaseUrl,
    redisUrl,
    pool: pools.rest,
    pools,
    pubSub,
    artefacts: new ArtefactStore(pools.states),
    close: async () => {
      await pubSub.close();
      await pools.end();
    },
  };
}
