import type { Config } from '../config';
import { ArtefactStore } from './artefacts';
import { createLog, type Logger } from './log';
import { connectPools, type Pools, type Reserved } from './pools';
import type { Pool } from './postgres';
import { connectPrisma, type PrismaClient } from './prisma';
import { RedisPubSub } from './pubsub';
import { Queues } from './queues';
import { requireServices } from './required-services';

/** Everything a process is connected to. */
export interface Platform {
  readonly config: Config;
  readonly log: Logger;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** For requests and background work: what no connections are set apart for. */
  readonly pool: Pool;
  readonly pools: Pools;
  readonly prisma: PrismaClient;
  readonly pubSub: RedisPubSub;
  readonly queues: Queues;
  readonly artefacts: ArtefactStore;
  /** Queues first: their running jobs still need the rest. */
  readonly close: () => Promise<void>;
}

/**
 * Connects to the PostgreSQL and Redis that the settings name; they are reached when they are first used.
 * @param answerMs how long a statement may be without an answer; a command's may take as long as it takes
 * @param reserved connections that are set apart, of DATABASE_CONNECTIONS
 */
export function connectPlatform(config: Config, name: string, answerMs?: number, reserved: Reserved = {}): Platform {
  const { databaseUrl, redisUrl } = requireServices(config);
  const { namespace } = config;
  const log = createLog(config, name);
  const pools = connectPools(databaseUrl, namespace, { max: config.databaseConnections, answerMs }, reserved);
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
