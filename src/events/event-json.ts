import { coerceItems } from '../graphql/bulk-items';
import { coercerOf } from '../graphql/input-type';
import { EventInput } from './event.type';

const coerce = coercerOf(EventInput);

/**
 * Reads each JSON value as GraphQL reads an `EventInput`. Returns the events with their indexes, and an error for each
 * other value. The values of fields are checked later, by `validate.ts`.
 */
export const parseEvents = (items: readonly unknown[]) => coerceItems(items, coerce);
