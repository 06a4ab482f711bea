import { coercerOf } from '../graphql/input-type';
import type { ItemError } from '../graphql/item-error.type';
import { EventInput } from './event.type';

const coerce = coercerOf(EventInput);

/**
 * Reads each JSON value as GraphQL reads an `EventInput`; `validate.ts` then checks the values of the fields. Returns the values that have the shape of an event, and an error for each other
 * value.
 */
export function parseEvents(items: readonly unknown[]): {
  readonly inputs: readonly EventInput[];
  /** The index in `items` of each element of `inputs`. */
  readonly indexes: readonly number[];
  readonly errors: readonly ItemError[];
} {
  const inputs: EventInput[] = [];
  const indexes: number[] = [];
  const errors: ItemError[] = [];
  items.forEach((item, index) => {
    const coerced = coerce(item);
    if ('fault' in coerced)
      return void errors.push({ index, code: 'BAD_USER_INPUT', ...coerced.fault, path: coerced.fault.path ?? null });
    inputs.push(coerced.value);
    indexes.push(index);
  });
  return { inputs, indexes, errors };
}
