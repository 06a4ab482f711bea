import type { OrderRecord } from '../../../src/orders/order-record';
import { valueEvent, type ChangeTime } from '../../../src/orders/value-event';

const DAY = 86_400_000;
const PLACED = Date.parse('2026-03-01T10:00:00.000Z');
const order = (total: string, cancelled: number, more: Partial<OrderRecord> = {}) =>
  ({
    ...{ id: 'o1', kind: 'SALE', placedAt: new Date(PLACED).toISOString(), currency: 'EUR', position: 7, total },
    lines: [{ id: 'a', quantity: 2, cancelled, unitPrice: '4.97' }],
    history: [{ status: 'PLACED', movedBy: 'key', recordedAt: new Date(PLACED + DAY).toISOString() }],
    ...more,
  }) as unknown as OrderRecord;
const live = (days: number): ChangeTime => ({ now: PLACED + days * DAY, isBackfill: false });
const placed = { source: 'web' };

describe('the event of a changed value', () => {
  it('is the exact difference, and names the source of the placed event', () => {
    const change = valueEvent(order('9.94', 0), order('9.94', 1, { source: 'app' }), placed, live(1));
    expect(change).toMatchObject({
      ...{ id: 'o1#v7', name: 'order_value_changed', unitPrice: '-4.97' },
      properties: { orderId: 'o1', source: 'web' },
    });
    expect(valueEvent(order('9.94', 0), order('12.00', 0), placed, live(1))?.unitPrice).toBe('2.06');
    // A new order whose units are cancelled already.
    expect(valueEvent(undefined, order('9.94', 2), placed, live(1))).toMatchObject({ id: 'o1#v0', unitPrice: '-9.94' });
  });

  it('is absent if the value stays, for a credit note, and if the log has no placed event', () => {
    expect(valueEvent(order('9.94', 1), order('9.94', 1), placed, live(1))).toBeUndefined();
    expect(valueEvent(order('9.94', 0), order('9.94', 1, { kind: 'RETURN' }), placed, live(1))).toBeUndefined();
    expect(valueEvent(order('9.94', 0), order('9.94', 1), undefined, live(1))).toBeUndefined();
  });

  it('is dated when the order was placed, as long as streams count that, and after that when it is recorded', () => {
    const dated = (time: ChangeTime, recordedDay = 1, movedBy = 'key') => {
      const history = [{ status: 'PLACED', movedBy, recordedAt: new Date(PLACED + recordedDay * DAY).toISOString() }];
      const after = order('9.94', 1, { history: history as never });
      return (valueEvent(order('9.94', 0), after, placed, time)!.occurredAt - PLACED) / DAY;
    };
    expect([1, 31, 32, 400].map((days) => dated(live(days)))).toEqual([0, 0, 32, 400]);
    // An import is never late. A change of an order that was placed too late to count does not count either.
    expect(dated({ ...live(400), isBackfill: true })).toBe(0);
    expect(dated(live(400), 40)).toBe(0);
    expect(dated(live(400), 40, 'import')).toBe(400);
  });
});
