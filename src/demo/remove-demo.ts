import { connectPostgres } from '../platform/postgres';
import { isServed, type RemovedNamespace, removeNamespace } from '../platform/remove-namespace';
import { DEMO_NAMESPACE, EDITION } from './demo-names';
import { inspectSchema, inspectDemo } from './demo-shop.store';

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

/**
 * Removes the demo shop if its data is of another edition. Returns whether it was.
 * @throws Error if a process of the shop is running
 */
export async function removeOutdatedDemo(location: DemoLocation): Promise<boolean> {
  const { isDemo, edition } = await inspectNamespace(location.databaseUrl, location.namespace ?? DEMO_NAMESPACE);
  if (!isDemo || edition === EDITION) return false;
  await removeDemo(location);
  return true;
}

async function inspectNamespace(
  databaseUrl: string,
  namespace: string,
): Promise<{ exists: boolean; isDemo: boolean; edition: string | null; leased: boolean }> {
  const pool = connectPostgres(databaseUrl, namespace, { max: 1 });
  try {
    const { exists, migrated } = await inspectSchema(pool, namespace);
    if (!migrated) return { exists, isDemo: false, edition: null, leased: false };
    const state = await inspectDemo(pool);
    return { exists, ...state };
  } finally {
    await pool.end();
  }
}
