import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { isShopKey } from '../graphql/scope';

export interface Identity {
  readonly customerId?: string;
  readonly sessionId?: string;
}

/**
 * Returns the customer and the session that a request is for. With a server or admin key, they come from the
 * arguments. With any other key, they come from the token, and ids in the arguments must equal those in the token.
 *
 * @throws ApiError UNAUTHENTICATED without a key, FORBIDDEN if another key names another customer or session
 */
export function resolveIdentity(
  viewer: Viewer | null,
  requested: { readonly customerId?: string | null; readonly sessionId?: string | null },
): Identity {
  if (viewer === null) throw new ApiError('UNAUTHENTICATED', 'A key is required.');
  const requestedIds = {
    ...givenId('customerId', requested.customerId),
    ...givenId('sessionId', requested.sessionId),
  };
  if (isShopKey(viewer.scope)) return requestedIds;
  for (const name of ['customerId', 'sessionId'] as const) {
    if (requestedIds[name] !== undefined && requestedIds[name] !== viewer[name]) {
      throw new ApiError('FORBIDDEN', `${name} differs from that of the token.`);
    }
  }
  return { ...givenId('customerId', viewer.customerId), ...givenId('sessionId', viewer.sessionId) };
}

function givenId(name: keyof Identity, id: string | null | undefined): Identity {
  return id == null ? {} : { [name]: id };
}

/** @throws ApiError UNAUTHENTICATED if the request has no key */
export function requireViewer(context: { readonly viewer: Viewer | null }): Viewer {
  if (context.viewer === null) throw new ApiError('UNAUTHENTICATED', 'A key is required.');
  return context.viewer;
}
