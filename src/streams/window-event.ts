import type { StoredEvent } from '../events/stored-event';
import { textOfDecimal } from './aggregate/exact-decimal';
import { partsOf } from './keys';
import type { KeyedWindow } from './partials';
import type { Definition } from './spec';

/**
 * A window of one stream as an event of another: it happens when the window begins, with its keys and values by name.
 * Of what an aggregate says, the number: a decimal as the double nearest to it, of quantiles the first.
 */
export function eventOfWindow(
  stream: string,
  { keys, aggregates }: Definition,
  { key, start, end, cells }: KeyedWindow,
): StoredEvent {
  const parts = partsOf(key, keys.length);
  const values: Record<string, number> = {};
  aggregates.forEach(({ name }, at) => {
    const { decimal, estimate, quantiles } = cells.aggregates[at].result();
    const value = decimal === undefined ? (estimate ?? quantiles?.[0].value) : Number(textOfDecimal(decimal));
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
      // The other key has no parts: what reads one of them does not count it.
      keys: Object.fromEntries(parts.map((part, at) => [keys[at].name, part])),
      values,
      events: cells.events,
      end: new Date(end),
    },
  };
}
