import type { SupportEventName } from '../events/log-event';
import type { StoredEvent } from '../events/stored-event';
import type { ConversationOwner } from './conversation';

/**
 * Returns the event of the log about a conversation. It states what happened, never a text.
 * @param ordinal of the message that it is about
 */
export function supportEvent(
  name: SupportEventName,
  { id, customerId, sessionId }: Pick<ConversationOwner, 'customerId' | 'sessionId'> & { readonly id: string },
  ordinal: number,
  occurredAt: number,
  properties: Readonly<Record<string, string | number | boolean>>,
): StoredEvent {
  return {
    source: 'SUPPORT',
    id: `${id}:${ordinal}:${name}`,
    type: 'CUSTOM',
    name,
    occurredAt,
    quantity: 1,
    ...(customerId === null ? {} : { customerId }),
    ...(sessionId === null ? {} : { sessionId }),
    properties,
  };
}
