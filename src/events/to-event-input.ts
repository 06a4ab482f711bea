import type { EventInput } from './event.type';
import type { StoredEvent } from './stored-event';

/** Converts a stored event to the input that its sender could have sent. */
export function toEventInput({ unitPrice, currency, listPosition, occurredAt, ...event }: StoredEvent): EventInput {
  return {
    ...event,
    occurredAt: new Date(occurredAt),
    ...(unitPrice === undefined || currency === undefined ? {} : { unitPrice: { amount: unitPrice, currency } }),
    ...(listPosition === undefined ? {} : { position: listPosition }),
  };
}
