import { productsAsOf } from '../catalog/product-history.store';
import { customersAsOf } from '../events/customer-history.store';
import { segmentsAsOf } from '../events/segment-history.store';
import type { StoredEvent } from '../events/stored-event';
import type { Pool, PoolClient } from '../platform/postgres';
import { SEGMENT_FIELD, type EventContext } from './event-shape';

/** An event, with the log position as of which its product and customer are loaded. */
export interface EventAsOf {
  readonly event: StoredEvent;
  readonly knownAt: number;
}

/**
 * Loads the product, the customer and the customer's segment of each event as they were at its log position `knownAt`.
 * What no expression reads is not loaded.
 * @param fields that expressions read, for example `product.brand`
 * @returns one context for each event, in order
 */
export async function loadEventContexts(
  client: Pool | PoolClient,
  fields: ReadonlySet<string>,
  events: readonly EventAsOf[],
): Promise<readonly EventContext[]> {
  const reads = (record: string) => [...fields].some((field) => field.startsWith(`${record}.`));
  const products = reads('product')
    ? await loadRecords(events, 'productId', (asked) => productsAsOf(client, asked))
    : null;
  const customers = fields.has('customer.attributes')
    ? await loadRecords(events, 'customerId', (asked) => customersAsOf(client, asked))
    : null;
  const segments = fields.has(SEGMENT_FIELD)
    ? await loadRecords(events, 'customerId', (asked) => segmentsAsOf(client, asked))
    : null;
  if (products === null && customers === null && segments === null) return events.map(() => NOTHING);
  return events.map((_, at): EventContext => ({
    product: products?.[at],
    customer: customers?.[at],
    segment: segments?.[at],
  }));
}

const NOTHING: EventContext = {};

/** Loads one record for each event. Requests each record only once. */
async function loadRecords<T>(
  events: readonly EventAsOf[],
  field: 'productId' | 'customerId',
  read: (asked: readonly { readonly id: string; readonly position: number }[]) => Promise<readonly T[]>,
): Promise<(T | undefined)[]> {
  const places = new Map<string, number>();
  const asked: { id: string; position: number }[] = [];
  const wanted = events.map(({ event: { [field]: id }, knownAt }) => {
    if (id === undefined) return undefined;
    const key = `${knownAt} ${id}`;
    let place = places.get(key);
    if (place === undefined) {
      places.set(key, (place = asked.length));
      asked.push({ id, position: knownAt });
    }
    return place;
  });
  const found = await read(asked);
  return wanted.map((place) => (place === undefined ? undefined : found[place]));
}
