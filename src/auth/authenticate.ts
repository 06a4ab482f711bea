import type { IncomingHttpHeaders } from 'node:http';
import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import type { ApiKeyService } from './api-key.service';
import type { TokenService } from './token.service';

/** The credentials of a client: headers on HTTP, connectionParams on WebSocket. */
export interface Credentials {
  readonly apiKey?: string;
  /** `Bearer TOKEN` in addition to `apiKey`, or `Bearer KEY` instead of `apiKey`. */
  readonly authorization?: string;
}

/**
 * Returns the viewer (the caller) with these credentials; `null` if there are no credentials.
 * @throws ApiError UNAUTHENTICATED for an invalid key or token, even if the operation requires no key
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
  throw new ApiError('UNAUTHENTICATED', `connectionParams.${name} must be a string.`);
}

function bearerOf(authorization: string | undefined): string | undefined {
  // Basic credentials are meant for a proxy in front of this server, so they are ignored.
  if (!authorization || /^basic /i.test(authorization)) return undefined;
  const bearer = /^bearer +([^\s]+)$/i.exec(authorization.trim())?.[1];
  if (bearer === undefined) throw new ApiError('UNAUTHENTICATED', 'Authorization must have the form "Bearer …".');
  return bearer;
}
