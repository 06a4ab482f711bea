import { REQUEST_ID_SECRET } from '../auth/request-id.service';
import type { PoolClient } from '../platform/postgres';
import { queryFirst } from '../platform/sql';

/** Returns the secret that signs request ids; undefined while no API process has started. */
export async function readRequestIdSecret(client: PoolClient): Promise<Buffer | undefined> {
  const row = await queryFirst<{ value: string }>(client, 'SELECT value FROM settings WHERE name = $1', [
    REQUEST_ID_SECRET,
  ]);
  return row && Buffer.from(row.value, 'base64');
}
