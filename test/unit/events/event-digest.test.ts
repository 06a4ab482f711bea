import { CONTENT_FIELDS } from '../../../src/events/event-content';
import { validateEvent } from '../../../src/events/validate';
import { contentDigest, type StoredEvent } from '../../../src/events/stored-event';

const event: StoredEvent = {
  source: 'STOREFRONT',
  id: 'e1',
  type: 'PURCHASE',
  occurredAt: 1_700_000_000_000,
  customerId: 'Zoë',
  productId: 'p"1',
  quantity: 2,
  unitPrice: '12.50',
  currency: 'EUR',
};
const withProperties: StoredEvent = { ...event, properties: { b: [1, { d: null, c: 'x' }], a: 2 } };

describe('the digest of an event', () => {
  it('equals that of existing logs, computed by the first release', () => {
    expect(contentDigest(event)).toBe('6628405257104314414');
    expect(contentDigest(withProperties)).toBe('-1464852698497688255');
  });

  it('does not depend on the order of keys, the identity, or the notation of a price', () => {
    expect(contentDigest({ ...withProperties, properties: { a: 2, b: [1, { c: 'x', d: null }] } })).toBe(
      '-1464852698497688255',
    );
    expect(contentDigest({ ...event, id: 'e2', source: 'ORDERS', occurredAt: 1, unitPrice: '12.5' })).toBe(
      '6628405257104314414',
    );
  });

  it.each<Partial<StoredEvent>>([
    { type: 'RETURN' },
    { quantity: 3 },
    { customerId: undefined, sessionId: 'Zoë' },
    { productId: undefined },
    { properties: {} },
  ])('changes with the content: %j', (change) => {
    expect(contentDigest({ ...event, ...change })).not.toBe(contentDigest(event));
  });

  const complete = validateEvent(
    {
      ...{ type: 'RATE', customerId: 'c', sessionId: 's', productId: 'p', quantity: 2, rating: 4 },
      ...{ unitPrice: { amount: '2.50', currency: 'EUR' }, query: 'lamp', requestId: 'r', position: 3 },
      ...{ placement: 'home', name: 'n', properties: { a: 1 } },
    },
    { sender: { scope: 'SERVER' }, now: 1_700_000_000_000, knowsProduct: () => true },
  ) as StoredEvent;

  it.each(CONTENT_FIELDS)('includes %s, which every event may have', (field) => {
    expect(complete[field]).toBeDefined();
    expect(contentDigest({ ...complete, [field]: undefined })).not.toBe(contentDigest(complete));
  });
});
