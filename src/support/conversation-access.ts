import type { Viewer } from '../graphql/context';
import { ApiError } from '../graphql/errors';
import { isShopKey } from '../graphql/scope';
import type { ConversationOwner, ConversationRecord } from './conversation';

/**
 * Returns whether a viewer may open a conversation. As soon as a signed-in customer has written in it, only this
 * customer's token opens it, so that it is closed to a shared device after the sign-out. A conversation of a session
 * opens to a signed-in customer only if the shop has merged this session into the customer before any other: another
 * person may use the same device later. A guest opens what began with the same token, because another person may have
 * another link to the order. Keys of the shop and of its operators open all.
 */
export function mayOpen(
  {
    customerId,
    sessionId,
    orderId,
    guestId,
    sessionCustomerId,
  }: ConversationOwner & Pick<ConversationRecord, 'guestId' | 'sessionCustomerId'>,
  viewer: Viewer,
): boolean {
  if (isShopKey(viewer.scope) || viewer.scope === 'OPERATOR') return true;
  if (customerId !== null) return viewer.customerId === customerId;
  if (orderId !== null) return guestId !== null && viewer.orderId === orderId && viewer.guestId === guestId;
  if (sessionId === null || viewer.sessionId !== sessionId) return false;
  return viewer.customerId === undefined || viewer.customerId === sessionCustomerId;
}

/** Returns a conversation that was looked for. @throws ApiError NOT_FOUND if the viewer may not open it */
export function requireOpen(
  conversation: ConversationRecord | undefined,
  id: string,
  viewer: Viewer,
): ConversationRecord {
  // PostgreSQL compares UUIDs without regard to case, but other ids are compared as they are.
  if (conversation?.id !== id || !mayOpen(conversation, viewer)) throw notFound();
  return conversation;
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
