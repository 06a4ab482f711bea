/** Which shop `npm start` opens: that of NAMESPACE, or, while it is empty, the demo. */
import type { Config } from '../src/config';
import { migrate } from '../src/platform/migrate';
import { connectPostgres } from '../src/platform/postgres';
import type { Services } from '../src/platform/services';

export const DEMO_NAMESPACE = 'demo';

/** Fills the demo's namespace, which is migrated already. Doing it again changes nothing. */
export type OpenDemo = (demo: {
  readonly namespace: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly onProgress: (line: string) => void;
}) => Promise<void>;

/** Migrates and chooses. Returns the namespace to open. Without `openDemo` there is no demo. */
export async function openShop(
  config: Config,
  { databaseUrl, redisUrl }: Services,
  onProgress: (line: string) => void,
  openDemo?: OpenDemo,
): Promise<string> {
  await migrateTo(databaseUrl, config.namespace, onProgress);
  if (!openDemo || !config.demo || !(await isEmpty(databaseUrl, config.namespace))) return config.namespace;
  onProgress(
    `The shop "${config.namespace}" is empty: opening the demo shop instead (synthetic data; DEMO=off: never)`,
  );
  await migrateTo(databaseUrl, DEMO_NAMESPACE, onProgress);
  await openDemo({ namespace: DEMO_NAMESPACE, databaseUrl, redisUrl, onProgress });
  return DEMO_NAMESPACE;
}

async function migrateTo(databaseUrl: string, namespace: string, onProgress: (line: string) => void): Promise<void> {
  const applied = await migrate(databaseUrl, namespace);
  if (applied.length > 0) onProgress(`Migrated "${namespace}": ${applied.join(', ')}`);
}

async function isEmpty(databaseUrl: string, namespace: string): Promise<boolean> {
  const pool = connectPostgres(databaseUrl, namespace, { max: 1 });
  try {
    const { rows } = await pool.query<{ empty: boolean }>(
      'SELECT NOT (EXISTS (SELECT FROM products) OR EXISTS (SELECT FROM events) OR EXISTS (SELECT FROM inbox)) AS empty',
    );
    return rows[0].empty;
  } finally {
    await pool.end();
  }
}
