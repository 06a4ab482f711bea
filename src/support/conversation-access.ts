import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { isShopKey } from '../graphql/scope';
import type { ConversationOwner } from './conversation';

/**
 * Returns whether a viewer may open a conversation. As soon as a signed-in customer has written in it, only this
 * customer's token opens it, so that it is closed to a shared device after the sign-out. Keys of the shop and of its operators open all.
 */
export function mayOpen({ customerId, sessionId, orderId }: ConversationOwner, viewer: Viewer): boolean {
  if (isShopKey(viewer.scope) || viewer.scope === 'OPERATOR') return true;
  if (customerId !== null) return viewer.customerId === customerId;
  if (orderId !== null) return viewer.orderId === orderId;
  return sessionId !== null && viewer.sessionId === sessionId;
}

/**
 * Returns the viewer whose orders an answer in this conversation may show: its owner. An answer that is computed after a
 * crash, without the token of the request, shows the same. The session of a customer's conversation does not count:
 * another person may have used it since.
 */
export function ownerAsViewer({ customerId, sessionId, orderId }: ConversationOwner): Viewer {
  return {
    scope: 'STOREFRONT',
    keyId: 'support',
    ...(customerId === null ? (sessionId === null ? {} : { sessionId }) : { customerId }),
    ...(orderId === null ? {} : { orderId }),
  };
}

/** The same message for a conversation that does not exist and for one of another person. */
export function notFound(): ApiError {
  return new ApiError('NOT_FOUND', 'The conversation does not exist, or this token may not open it.');
}
