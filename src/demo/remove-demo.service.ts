import { connectPostgres } from '../platform/postgres';
import { isServed, type Removed, removeNamespace } from '../platform/remove-namespace';
import { DEMO_NAMESPACE, OPENED_AT } from './demo-names';

export interface DemoPlace {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/**
 * Takes the demo shop away with all that is in it; `null` where there is none.
 * @throws Error while processes serve it, and where the namespace holds a shop that is not the demo
 */
export async function removeDemo({ databaseUrl, redisUrl }: DemoPlace): Promise<Removed | null> {
  const found = await look(databaseUrl);
  if (!found.exists) return null;
  if (!found.isDemo)
    throw new Error(`The shop "${DEMO_NAMESPACE}" is not the demo: it was not filled by it, and nothing is removed.`);
  if (found.leased || (await isServed(redisUrl, DEMO_NAMESPACE)))
    throw new Error('The demo shop is open: end "npm start", and all its processes, first. Nothing is removed.');
  return removeNamespace({ databaseUrl, redisUrl, namespace: DEMO_NAMESPACE });
}

async function look(databaseUrl: string): Promise<{ exists: boolean; isDemo: boolean; leased: boolean }> {
  const pool = connectPostgres(databaseUrl, DEMO_NAMESPACE, { max: 1 });
  try {
    const { rows } = await pool.query<{ exists: boolean; migrated: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS exists,
         (SELECT count(*) = 2 FROM pg_tables WHERE schemaname = $1 AND tablename IN ('settings', 'leases')) AS migrated`,
      [DEMO_NAMESPACE],
    );
    const [{ exists, migrated }] = rows;
    if (!migrated) return { exists, isDemo: false, leased: false };
    const state = await pool.query<{ isDemo: boolean; leased: boolean }>(
      `SELECT EXISTS (SELECT FROM settings WHERE name = $1) AS "isDemo",
         EXISTS (SELECT FROM leases WHERE expires_at > now()) AS leased`,
      [OPENED_AT],
    );
    return { exists, ...state.rows[0] };
  } finally {
    await pool.end();
  }
}
