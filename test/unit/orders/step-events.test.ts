import type { OrderMoveRecord, OrderRecord } from '../../../src/orders/order-record';
import { stepEvents } from '../../../src/orders/step-events';

const step = (status: OrderMoveRecord['status'], hour: number, units: OrderMoveRecord['units'] = null) => ({
  ...{ status, units, occurredAt: `2026-03-01T${hour}:00:00.000Z` },
  ...{ recordedAt: '2026-03-02T00:00:00.000Z', movedBy: 'key' },
});
const order = (history: readonly OrderMoveRecord[], more: Partial<OrderRecord> = {}) =>
  ({
    ...{ id: 'o1', kind: 'SALE', customerId: 'mia', sessionId: null, placedAt: '2026-03-01T10:00:00.000Z' },
    ...{ currency: 'EUR', total: '23.95', source: 'web', placement: null, requestId: null, history },
    ...more,
  }) as OrderRecord;
const told = (...given: Parameters<typeof stepEvents>) => stepEvents(...given).map(({ id, name }) => [id, name]);

describe('the steps of an order in the log', () => {
  const placed = order([step('PLACED', 10)]);
  const shipped = order([step('PLACED', 10), step('SHIPPED', 11, { l1: 1 }), step('SHIPPED', 12)]);

  it('start with the placed order, by a new or a returning customer', () => {
    expect(stepEvents(undefined, placed, true)).toMatchObject([
      {
        ...{ source: 'ORDERS', id: 'o1#0', type: 'CUSTOM', name: 'order_placed', unitPrice: '23.95', currency: 'EUR' },
        occurredAt: Date.parse('2026-03-01T10:00:00Z'),
        properties: { orderId: 'o1', source: 'web', customer: 'new' },
      },
    ]);
    expect(stepEvents(undefined, placed, false)[0].properties).toMatchObject({ customer: 'returning' });
    expect(stepEvents(undefined, order([], { customerId: null }), true)[0].properties).not.toHaveProperty('customer');
  });

  it('are sent once each, with the total where the whole order moved', () => {
    expect(told(placed, shipped, false)).toEqual([
      ['o1#2', 'order_shipped'],
      ['o1#3', 'order_shipped'],
    ]);
    expect(stepEvents(placed, shipped, false).map(({ unitPrice }) => unitPrice)).toEqual([undefined, '23.95']);
    expect(told(shipped, shipped, false)).toEqual([]);
    // In one update, the same.
    expect(told(undefined, shipped, true)).toEqual([['o1#0', 'order_placed'], ...told(placed, shipped, false)]);
  });

  it('of an order that is reported late, or returns units, are its actual steps', () => {
    expect(told(undefined, order([step('DELIVERED', 12)]), true).map(([, name]) => name)).toEqual([
      'order_placed',
      'order_delivered',
    ]);
    expect(told(undefined, order([step('RETURNED', 12)], { kind: 'RETURN' }), false)).toEqual([
      ['o1#1', 'order_returned'],
    ]);
  });
});
