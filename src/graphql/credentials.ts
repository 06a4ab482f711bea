import type { IncomingHttpHeaders } from 'node:http';
import type { Viewer } from './context';
import { ApiError } from './errors';

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
