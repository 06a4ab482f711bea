import { parseArgs } from 'node:util';
import { readConfig, type Config } from '../src/config';
import { migrate } from '../src/platform/migrate';
import { requireReachable } from '../src/platform/reachable';
import { startServices } from '../src/local-services/services';
import { UsageError } from './usage-error';

export const MIGRATE_USAGE = 'migrate [--json]';

/** Runs `migrate`: applies the pending migrations of the shop's schema, without starting any process. */
export async function runMigrate(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  if (positionals.length > 0) throw new UsageError('migrate takes no arguments');
  const config = readConfig();
  const applied = await migrateShop(config);
  if (values.json) console.log(JSON.stringify({ applied }));
  else if (applied.length === 0) console.log(`The schema "${config.namespace}" has all migrations of this release.`);
  else console.log(applied.map((name) => `Applied ${name}`).join('\n'));
}

/**
 * Applies the pending migrations. If DATABASE_URL is set, only that PostgreSQL server has to run. Otherwise, private
 * services are started, and stopped afterwards. @returns the names of the applied migrations
 */
async function migrateShop(config: Config): Promise<string[]> {
  await requireReachable({ databaseUrl: config.databaseUrl });
  if (config.databaseUrl) return migrate(config.databaseUrl, config.namespace);
  const services = await startServices(config, { onProgress: (line) => console.error(line) });
  try {
    return await migrate(services.databaseUrl, config.namespace);
  } finally {
    await services.stop();
  }
}
