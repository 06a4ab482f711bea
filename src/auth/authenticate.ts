import type { Authenticate } from '../graphql/credentials';
import { ApiError } from '../graphql/errors';
import type { ApiKeyService } from './api-key.service';
import type { TokenService } from './token.service';

/** Returns a function that finds the caller by an API key and, optionally, a customer's token. */
export function createAuthenticate(
  keys: Pick<ApiKeyService, 'authenticate'>,
  tokens: Pick<TokenService, 'verify'>,
): Authenticate {
  return async ({ apiKey, authorization }) => {
    const bearer = bearerOf(authorization);
    const secret = apiKey || bearer;
    if (secret === undefined) return null;
    const key = await keys.authenticate(secret);
    const claims = bearer === undefined || bearer === secret ? {} : await tokens.verify(bearer);
    const advertiser = key.advertiserId === null ? {} : { advertiserId: key.advertiserId };
    return { scope: key.scope, keyId: key.id, ...advertiser, ...claims };
  };
}

function bearerOf(authorization: string | undefined): string | undefined {
  // Basic credentials are meant for a proxy in front of this server, so they are ignored.
  if (!authorization || /^basic /i.test(authorization)) return undefined;
  const bearer = /^bearer +([^\s]+)$/i.exec(authorization.trim())?.[1];
  if (bearer === undefined) throw new ApiError('UNAUTHENTICATED', 'Authorization must have the form "Bearer …".');
  return bearer;
}
