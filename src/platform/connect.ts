import type { Config } from '../config';
import { ArtefactStore } from './artefacts';
import { createLog, type Logger } from './log';
import { connectPools, type Pools, type ReservedConnections } from './pools';
import type { Pool } from './postgres';
import { connectPrisma, type PrismaClient } from './prisma';
import { RedisPubSub } from './pubsub';
import { Queues } from './queues';
import { requireServices } from './required-services';

/** All connections of a process. */
export interface Platform {
  readonly config: Config;
  readonly log: Logger;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** The pool for requests, background work, and everything else that has no reserved connections. */
  readonly pool: Pool;
  readonly pools: Pools;
  readonly prisma: PrismaClient;
  readonly pubSub: RedisPubSub;
  readonly queues: Queues;
  readonly artefacts: ArtefactStore;
  /** Closes the queues and then the other connections, because running jobs of the queues still need those. */
  readonly close: () => Promise<void>;
}

/**
 * Creates the connections to the PostgreSQL and Redis of the settings. Each connection opens at its first use.
 * @param queryTimeoutMs maximum duration of a statement in milliseconds; unlimited by default
 * @param reserved numbers of connections, out of DATABASE_CONNECTIONS, that are reserved for a purpose
 */
export function connectPlatform(
  config: Config,
  name: string,
  queryTimeoutMs?: number,
  reserved: ReservedConnections = {},
): Platform {
  const { databaseUrl, redisUrl } = requireServices(config);
  const { namespace } = config;
  const log = createLog(config, name);
  const options = { max: config.databaseConnections, queryTimeoutMs };
  const pools = connectPools(databaseUrl, namespace, options, reserved);
  const pool = pools.rest;
  const prisma = connectPrisma(pool, namespace);
  const pubSub = new RedisPubSub(redisUrl, namespace, log);
  const queues = new Queues(redisUrl, namespace, log);
  return {
    config,
    log,
    databaseUrl,
    redisUrl,
    pool,
    pools,
    prisma,
    pubSub,
    queues,
    artefacts: new ArtefactStore(pools.states),
    close: async () => {
      await queues.close();
      await pubSub.close();
      await prisma.$disconnect();
      await pools.end();
    },
  };
}
