import { JsonlEvents } from '../../../src/imports/jsonl-events';

const GOOD = { type: 'PURCHASE', occurredAt: '2011-01-01T00:00:00Z', customerId: '1', productId: 'a' };
const read = (value: unknown): unknown =>
  new JsonlEvents().read(typeof value === 'string' ? value : JSON.stringify(value));

describe('reading events as JSON lines', () => {
  it('reads an event with the defaults of the API', () => {
    expect(read({ ...GOOD, id: 'x', unitPrice: { amount: '2.50', currency: 'EUR' } })).toMatchObject({
      line: 1,
      event: {
        source: 'STOREFRONT',
        id: 'x',
        occurredAt: Date.UTC(2011, 0, 1),
        quantity: 1,
        unitPrice: '2.50',
        currency: 'EUR',
      },
    });
  });

  it('computes ids that are the same when the file is read again, and differ for repeated lines', () => {
    const line = JSON.stringify(GOOD);
    const ids = (): unknown[] => {
      const reader = new JsonlEvents();
      return [line, line].map((text) => {
        const row = reader.read(text);
        return row !== undefined && 'event' in row ? row.event.id : row;
      });
    };
    expect(ids()).toEqual(ids());
    expect(new Set(ids()).size).toBe(2);
  });

  it.each([
    '{',
    'null',
    '[]',
    { ...GOOD, type: 'BUY' },
    { ...GOOD, source: 'NOBODY' },
    { ...GOOD, occurredAt: 'yesterday' },
    { ...GOOD, occurredAt: 5 },
    { ...GOOD, customerId: 1.5 },
    { ...GOOD, customerId: undefined },
    { ...GOOD, quantity: 0 },
    { ...GOOD, quantity: 1.5 },
    { ...GOOD, type: 'RATE' },
    { ...GOOD, rating: 6 },
    { ...GOOD, unitPrice: 2.5 },
    { ...GOOD, unitPrice: { amount: '2,50', currency: 'EUR' } },
  ])('rejects %j with a message', (value) => {
    expect(read(value)).toMatchObject({
      line: 1,
      rejected: expect.stringMatching(/^(MALFORMED|BAD_USER_INPUT)$/) as string,
      message: expect.stringMatching(/./) as string,
    });
  });

  it('skips an empty line', () => expect(read('  ')).toBeUndefined());
});
