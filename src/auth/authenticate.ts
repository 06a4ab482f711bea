import type { IncomingHttpHeaders } from 'node:http';
import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import type { ApiKeyService } from './api-key.service';
import type { TokenService } from './token.service';

/** What a client shows: headers on HTTP, connectionParams on WebSocket. */
export interface Credentials {
  readonly apiKey?: string;
  /** `Bearer …`: a token beside a key, or the key itself where there is no other. */
  readonly authorization?: string;
}

/**
 * Who shows these credentials; `null` where there are none.
 * @throws ApiError UNAUTHENTICATED for a key or a token that is not good: it is never just ignored
 */
export type Authenticate = (credentials: Credentials) => Promise<Viewer | null>;

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
    return { scope: key.scope, keyId: key.id, ...claims };
  };
}

export function credentialsOfHeaders(headers: IncomingHttpHeaders): Credentials {
  const apiKey = headers['x-api-key'];
  return { apiKey: Array.isArray(apiKey) ? apiKey.join() : apiKey, authorization: headers.authorization };
}

/** @throws ApiError UNAUTHENTICATED for params of a wrong type */
export function credentialsOfParams(params: Readonly<Record<string, unknown>> = {}): Credentials {
  return { apiKey: textOf('apiKey', params.apiKey), authorization: textOf('authorization', params.authorization) };
}

function textOf(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new ApiError('UNAUTHENTICATED', `connectionParams.${name} is not a string`);
}

function bearerOf(authorization: string | undefined): string | undefined {
  // Basic belongs to a proxy in front of us.
  if (!authorization || /^basic /i.test(authorization)) return undefined;
  const bearer = /^bearer +([^\s]+)$/i.exec(authorization.trim())?.[1];
  if (bearer === undefined) throw new ApiError('UNAUTHENTICATED', 'Authorization is not of the form "Bearer …"');
  return bearer;
}
