import type { Config } from '../src/config';
import { connectPlatform, type Platform } from '../src/platform/connect';
import { migrate } from '../src/platform/migrate';
import { requireReachable } from '../src/platform/reachable';
import { startServices } from '../src/platform/services';

/**
 * Runs a command's work on the shop of NAMESPACE: joins the running PostgreSQL and Redis, or starts the private ones for
 * as long as it takes, and migrates first.
 */
export async function withShop<T>(config: Config, name: string, work: (platform: Platform) => Promise<T>): Promise<T> {
  await requireReachable(config);
  const services = await startServices(config, { onProgress: (line) => console.error(line) });
  try {
    await migrate(services.databaseUrl, config.namespace);
    const logLevel = process.env.LOG_LEVEL?.trim() ? config.logLevel : 'warn';
    const { databaseUrl, redisUrl } = services;
    const platform = connectPlatform({ ...config, databaseUrl, redisUrl, logLevel }, name);
    try {
      return await work(platform);
    } finally {
      await platform.close();
    }
  } finally {
    await services.stop();
  }
}
