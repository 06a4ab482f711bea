import type { Config } from '../config';

/** @throws Error with a one-line message if the URL of PostgreSQL or Redis is missing */
export function requireServices(config: Config): { databaseUrl: string; redisUrl: string } {
  const { databaseUrl, redisUrl } = config;
  if (databaseUrl && redisUrl) return { databaseUrl, redisUrl };
  throw new Error('Set DATABASE_URL and REDIS_URL. Only `npm start` brings its own PostgreSQL and Redis.');
}
