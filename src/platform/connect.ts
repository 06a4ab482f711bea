import type { Config } from '../config';
import { openConnections, type Connections } from './connections';
import type { ReservedConnections } from './pools';
import { connectPrisma, type PrismaClient } from './prisma';
import { Queues } from './queues';

/** All connections of an API or worker process. */
export interface Platform extends Connections {
  readonly prisma: PrismaClient;
  readonly queues: Queues;
}

/**
 * Creates all connections of a process; see {@link openConnections}. `close` closes the queues first, because their
 * running jobs still need the other connections.
 */
export function connectPlatform(
  config: Config,
  name: string,
  queryTimeoutMs?: number,
  reserved?: ReservedConnections,
): Platform {
  const connections = openConnections(config, name, queryTimeoutMs, reserved);
  const { pool, redisUrl, log } = connections;
  const prisma = connectPrisma(pool, config.namespace);
  const queues = new Queues(redisUrl, config.namespace, log);
  return {
    ...connections,
    prisma,
    queues,
    close: async () => {
      await queues.close();
      await prisma.$disconnect();
      await connections.close();
    },
  };
}
