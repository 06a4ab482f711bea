import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';

/** Maximum length of a customer's or session's id, in characters. */
const MAX_ID_LENGTH = 200;

export interface Identity {
  readonly customerId?: string;
  readonly sessionId?: string;
}

/** Returns what is wrong with an id from a client; `undefined` if it is valid. */
export function findIdFault(name: string, id: string): string | undefined {
  if (id.length === 0) return `${name} is empty`;
  if (id.length > MAX_ID_LENGTH) return `${name} is longer than ${MAX_ID_LENGTH} characters`;
  // PostgreSQL can't store NUL or half of a surrogate pair. Other control characters are rejected, too.
  if (/[\p{Cc}\p{Cs}]/u.test(id)) return `${name} contains control characters`;
  return undefined;
}

/**
 * Returns the customer and the session that a request is for. With a storefront key, they come from the token, and ids
 * in the arguments must equal those in the token. With a server or admin key, they come from the arguments.
 *
 * @throws ApiError UNAUTHENTICATED without a key, FORBIDDEN if a storefront key names another customer or session,
 *   BAD_USER_INPUT for a malformed id
 */
export function resolveIdentity(
  viewer: Viewer | null,
  requested: { readonly customerId?: string | null; readonly sessionId?: string | null },
): Identity {
  if (viewer === null) throw new ApiError('UNAUTHENTICATED', 'A key is required.');
  const requestedIds = {
    ...checkedId('customerId', requested.customerId),
    ...checkedId('sessionId', requested.sessionId),
  };
  if (viewer.scope !== 'STOREFRONT') return requestedIds;
  for (const name of ['customerId', 'sessionId'] as const) {
    if (requestedIds[name] !== undefined && requestedIds[name] !== viewer[name]) {
      throw new ApiError('FORBIDDEN', `${name} differs from that of the token.`);
    }
  }
  return { ...checkedId('customerId', viewer.customerId), ...checkedId('sessionId', viewer.sessionId) };
}

function checkedId(name: keyof Identity, id: string | null | undefined): Identity {
  if (id === undefined || id === null) return {};
  const fault = findIdFault(name, id);
  if (fault !== undefined) throw new ApiError('BAD_USER_INPUT', fault);
  return { [name]: id };
}

/** @throws ApiError UNAUTHENTICATED if the request has no key */
export function requireViewer(context: { readonly viewer: Viewer | null }): Viewer {
  if (context.viewer === null) throw new ApiError('UNAUTHENTICATED', 'A key is required.');
  return context.viewer;
}
