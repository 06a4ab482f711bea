import { connectPostgres } from '../platform/postgres';
import { queryOne } from '../platform/sql';
import { isServed, type RemovedNamespace, removeNamespace } from '../platform/remove-namespace';
import { DEMO_NAMESPACE, OPENED_AT_SETTING } from './demo-names';

export interface DemoLocation {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly namespace?: string;
}

/**
 * Removes the demo shop with all its data. Returns `null` if there is none.
 * @throws Error if a process of the shop is running, or if the namespace contains a shop that is not the demo
 */
export async function removeDemo({
  namespace = DEMO_NAMESPACE,
  ...services
}: DemoLocation): Promise<RemovedNamespace | null> {
  const inspected = await inspectNamespace(services.databaseUrl, namespace);
  if (!inspected.exists) return null;
  if (!inspected.isDemo) throw new Error(`The shop "${namespace}" is not the demo shop; nothing was removed.`);
  if (inspected.leased || (await isServed(services.redisUrl, namespace)))
    throw new Error('The demo shop is open; nothing was removed. Stop "npm start" and all its processes first.');
  return removeNamespace({ ...services, namespace });
}

async function inspectNamespace(
  databaseUrl: string,
  namespace: string,
): Promise<{ exists: boolean; isDemo: boolean; leased: boolean }> {
  const pool = connectPostgres(databaseUrl, namespace, { max: 1 });
  try {
    const { exists, migrated } = await queryOne<{ exists: boolean; migrated: boolean }>(
      pool,
      `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS exists,
         (SELECT count(*) = 2 FROM pg_tables WHERE schemaname = $1 AND tablename IN ('settings', 'leases')) AS migrated`,
      [namespace],
    );
    if (!migrated) return { exists, isDemo: false, leased: false };
    const state = await queryOne<{ isDemo: boolean; leased: boolean }>(
      pool,
      `SELECT EXISTS (SELECT FROM settings WHERE name = $1) AS "isDemo",
         EXISTS (SELECT FROM leases WHERE expires_at > now()) AS leased`,
      [OPENED_AT_SETTING],
    );
    return { exists, ...state };
  } finally {
    await pool.end();
  }
}
