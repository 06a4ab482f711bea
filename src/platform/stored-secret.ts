import { randomBytes } from 'node:crypto';
import { execute, queryOne, queryRows, type SqlClient } from './sql';

/** Returns the secret with this name in `settings`, which all processes of the shop share. Creates it if it is missing. */
export async function readStoredSecret(client: SqlClient, name: string): Promise<Buffer> {
  const [stored] = await queryRows<{ value: string }>(client, 'SELECT value FROM settings WHERE name = $1', [name]);
  if (stored !== undefined) return Buffer.from(stored.value, 'base64');
  await execute(client, 'INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    name,
    randomBytes(32).toString('base64'),
  ]);
  // Another process may have stored its own meanwhile.
  const { value } = await queryOne<{ value: string }>(client, 'SELECT value FROM settings WHERE name = $1', [name]);
  return Buffer.from(value, 'base64');
}

/** Returns the settings whose names have this prefix. */
export function readSettingsWithPrefix(client: SqlClient, prefix: string): Promise<{ name: string; value: string }[]> {
  return queryRows<{ name: string; value: string }>(
    client,
    'SELECT name, value FROM settings WHERE starts_with(name, $1)',
    [prefix],
  );
}
