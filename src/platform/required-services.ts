import type { Config } from '../config';

/** @throws Error in one line where PostgreSQL or Redis is not named */
export function requireServices(config: Config): { databaseUrl: string; redisUrl: string } {
  const { databaseUrl, redisUrl } = config;
  if (databaseUrl && redisUrl) return { databaseUrl, redisUrl };
  throw new Error('DATABASE_URL and REDIS_URL are required here; `npm start` brings its own PostgreSQL and Redis');
}
