import { parseArgs } from 'node:util';
import { findAdObject } from '../src/ads/definitions/ad-object.store';
import { ApiKeyService, MAX_KEY_NAME_LENGTH } from '../src/auth/api-key.service';
import { readConfig } from '../src/config';
import { SCOPES } from '../src/graphql/scope';
import { faultOfName } from '../src/graphql/shown-text';
import { UsageError } from './usage-error';
import { withShop } from './with-shop';

export const KEY_USAGE =
  'key create --scope storefront|advertiser|operator|server|admin [--advertiser ID] [--name NAME] [--expires DATE] [--json]';

/** Runs `key create`: creates an API key and prints its secret, which can't be shown again. */
export async function runKey(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      scope: { type: 'string' },
      advertiser: { type: 'string' },
      name: { type: 'string', default: 'made on the command line' },
      expires: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (positionals.length !== 1 || positionals[0] !== 'create')
    throw new UsageError('the only key command is: key create');
  const scope = SCOPES.find((each) => each === values.scope?.toUpperCase());
  if (!scope) throw new UsageError(`--scope must be one of ${SCOPES.map((each) => each.toLowerCase()).join(', ')}`);
  const expiresAt = values.expires === undefined ? null : new Date(values.expires);
  if (expiresAt && !(expiresAt.getTime() > Date.now()))
    throw new UsageError(`--expires must be a time in the future; got ${values.expires}`);
  const { advertiser: advertiserId } = values;
  if ((scope === 'ADVERTISER') !== (advertiserId !== undefined))
    throw new UsageError('--advertiser is required for the scope advertiser, and only for it');
  const name = values.name.trim();
  const nameFault = faultOfName('--name', name, MAX_KEY_NAME_LENGTH);
  if (nameFault !== undefined) throw new UsageError(nameFault);
  const config = readConfig();
  const { namespace, secret, key } = await withShop(config, 'key', async (platform) => {
    const { pool } = platform;
    const { namespace } = platform.config;
    if (advertiserId !== undefined && (await findAdObject(pool, 'ADVERTISER', advertiserId)) === undefined)
      throw new UsageError(`there is no advertiser ${advertiserId}`);
    return { namespace, ...(await new ApiKeyService(platform).create({ scope, name, expiresAt, advertiserId })) };
  });
  if (values.json)
    console.log(JSON.stringify({ secret, id: key.id, scope: key.scope, name: key.name, expiresAt: key.expiresAt }));
  else {
    console.error(`A ${scope.toLowerCase()} key for the shop "${namespace}". It is shown only once:`);
    console.log(secret);
  }
}
