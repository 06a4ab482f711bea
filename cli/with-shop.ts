import type { Config } from '../src/config';
import { chooseOpenShop, type ShopSettings } from '../src/demo/choose-shop';
import { connectPlatform, type Platform } from '../src/platform/connect';
import { migrate } from '../src/platform/migrate';
import { requireReachable } from '../src/platform/reachable';
import { startServices } from '../src/local-services/services';

/**
 * Runs a command's work on a shop. Unless PostgreSQL and Redis are configured or running already, private ones are
 * started for the duration of the work. Before the work starts, prints the shop's name and applies its migrations.
 * @param choose chooses the shop; by default the one that is open
 */
export async function withShop<T>(
  config: Config,
  name: string,
  work: (platform: Platform) => Promise<T>,
  choose: typeof chooseOpenShop = chooseOpenShop,
): Promise<T> {
  await requireReachable(config);
  const services = await startServices(config, { onProgress: (line) => console.error(line) });
  try {
    const { namespace, sentence } = await choose(shopSettings(config), services);
    console.error(sentence);
    await migrate(services.databaseUrl, namespace);
    const logLevel = process.env.LOG_LEVEL?.trim() ? config.logLevel : 'warn';
    const { databaseUrl, redisUrl } = services;
    const platform = connectPlatform({ ...config, databaseUrl, redisUrl, namespace, logLevel }, name);
    try {
      return await work(platform);
    } finally {
      await platform.close();
    }
  } finally {
    await services.stop();
  }
}

/** Returns the settings that decide whether a command uses the user's own shop or the demo shop. */
export function shopSettings({ namespace, demo }: Config): ShopSettings {
  return { namespace, isNamed: Boolean(process.env.NAMESPACE?.trim()), allowsDemo: demo };
}
