import { AD_TOKEN_KEY, adTokenKeys, type AdTokenKeys } from '../auth/ad-token';
import { REQUEST_ID_SECRET } from '../auth/request-id.service';
import type { PoolClient } from '../platform/postgres';
import { queryRows } from '../platform/sql';

/** Returns the secrets of request ids and of the tokens of ads; none while no API process has started. */
export async function readIdSecrets(
  client: PoolClient,
): Promise<{ readonly secret: Buffer | undefined; readonly adKeys: AdTokenKeys }> {
  const rows = await queryRows<{ name: string; value: string }>(
    client,
    'SELECT name, value FROM settings WHERE name = $1 OR starts_with(name, $2)',
    [REQUEST_ID_SECRET, AD_TOKEN_KEY],
  );
  const secret = rows.find(({ name }) => name === REQUEST_ID_SECRET);
  return {
    secret: secret && Buffer.from(secret.value, 'base64'),
    adKeys: adTokenKeys(rows.filter(({ name }) => name.startsWith(AD_TOKEN_KEY))),
  };
}
