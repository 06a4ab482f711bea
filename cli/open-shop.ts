/** Chooses the shop that `npm start` opens: the one that the settings name or, while that is empty, the demo shop. */
import type { Config } from '../src/config';
import { DEMO_NAMESPACE, DEMO_STOREFRONT_KEY } from '../src/demo/demo-names';
import { fillDemo } from '../src/demo/fill-demo';
import { opensDemo } from '../src/demo/choose-shop';
import { removeOutdatedDemo } from '../src/demo/remove-demo';
import { openEventLog } from '../src/events/event-log';
import { connectPlatform } from '../src/platform/connect';
import { migrate } from '../src/platform/migrate';
import type { ProgressLines } from '../src/platform/progress-lines';
import type { Services } from '../src/local-services/services';
import { SHOP } from '../src/shop';

/** If more migrations than this are applied, only their number and the last one are printed. A new shop applies all. */
const MAX_LISTED_MIGRATIONS = 3;

/** Migrates the user's own shop. If the demo shop is chosen, migrates and fills it. Returns the namespace to open. */
export async function openShop(
  config: Config,
  services: Pick<Services, 'databaseUrl' | 'redisUrl'>,
  progress: ProgressLines,
): Promise<string> {
  const { databaseUrl, redisUrl } = services;
  await migrateTo(databaseUrl, config.namespace, progress);
  if (!config.demo || !(await opensDemo(databaseUrl, config.namespace))) return config.namespace;
  progress.say(
    config.namespace === DEMO_NAMESPACE
      ? 'Opening the demo shop (synthetic data)'
      : `The shop "${config.namespace}" is empty: opening the demo shop instead (synthetic data; disable with DEMO=off)`,
  );
  if (await removeOutdatedDemo({ databaseUrl, redisUrl }))
    progress.say('The demo shop was filled by another release: removed it');
  await migrateTo(databaseUrl, DEMO_NAMESPACE, progress);
  const demo = { ...config, databaseUrl, redisUrl, namespace: DEMO_NAMESPACE, logLevel: 'warn' as const };
  progress.doing('Opening the demo shop');
  const platform = connectPlatform(demo, 'demo');
  try {
    await fillDemo(platform, await openEventLog(platform, SHOP), progress.say, {}, progress.doing);
  } finally {
    await platform.close();
  }
  const visitors = config.demoTraffic ? 'Simulated visitors use it (disable with DEMO_TRAFFIC=off). ' : '';
  progress.say(`${visitors}Its storefront key is ${DEMO_STOREFRONT_KEY}; "freshet demo remove" deletes it.`);
  return DEMO_NAMESPACE;
}

async function migrateTo(databaseUrl: string, namespace: string, progress: ProgressLines): Promise<void> {
  progress.doing(`Migrating "${namespace}"`);
  const applied = await migrate(databaseUrl, namespace);
  if (applied.length === 0) return;
  const last = applied[applied.length - 1];
  const which =
    applied.length > MAX_LISTED_MIGRATIONS ? `${applied.length} migrations up to ${last}` : applied.join(', ');
  progress.say(`Migrated "${namespace}": ${which}`);
}
