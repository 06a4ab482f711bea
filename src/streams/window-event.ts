import type { StoredEvent } from '../events/stored-event';
import { textOfDecimal } from '../learn/exact-decimal';
import { decodeKey } from './key-encoding';
import type { KeyedWindow } from './partial-aggregates';
import type { Definition } from './stream-spec';

/**
 * Converts a window of one stream to an event of another. The event occurs when the window begins, and has the keys and
 * values of the window by name. Values are numbers: decimals are rounded to the nearest double, and for QUANTILES the
 * first quantile is used.
 */
export function eventOfWindow(
  stream: string,
  { keys, aggregates }: Definition,
  { key, start, end, state }: KeyedWindow,
): StoredEvent {
  const parts = decodeKey(key, keys.length);
  const values: Record<string, number> = {};
  aggregates.forEach(({ name }, at) => {
    const { decimal, estimate, quantiles } = state.aggregates[at]!.result();
    const value = decimal === undefined ? (estimate ?? quantiles?.[0]?.value) : Number(textOfDecimal(decimal));
    if (value !== undefined) values[name] = value;
  });
  return {
    source: 'STOREFRONT',
    id: `${start} ${key}`,
    type: 'CUSTOM',
    name: stream,
    occurredAt: start,
    quantity: 1,
    properties: {
      // The other key (all keys beyond `maxKeys`) has no parts, so expressions that read a part do not count it.
      keys: Object.fromEntries(parts.map((part, at) => [keys[at]!.name, part])),
      values,
      events: state.events,
      end: new Date(end),
    },
  };
}
