import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../generated/prisma/client';
import type { Pool } from './postgres';

export type { PrismaClient } from '../generated/prisma/client';

/**
 * How long Prisma waits to begin a transaction. The default of 2 s is too short: on a busy machine, Prisma's first
 * query alone can take that long.
 */
const MAX_BEGIN_MS = 30_000;

/** Creates a Prisma client. Its models use the schema `namespace`; raw queries use the pool's search_path. */
export function connectPrisma(pool: Pool, namespace: string): PrismaClient {
  return new PrismaClient({
    adapter: new PrismaPg(pool, { schema: namespace }),
    transactionOptions: { maxWait: MAX_BEGIN_MS },
  });
}
