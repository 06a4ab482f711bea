import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../generated/prisma/client';
import type { Pool } from './postgres';

export type { PrismaClient } from '../generated/prisma/client';

/** Prisma over the same pool: `schema` is for its models, the pool's search_path for raw queries. */
export function connectPrisma(pool: Pool, namespace: string): PrismaClient {
  return new PrismaClient({ adapter: new PrismaPg(pool, { schema: namespace }) });
}
