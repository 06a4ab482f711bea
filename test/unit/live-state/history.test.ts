import fc from 'fast-check';
import type { EventType, LogEvent } from '../../../src/events/log-event';
import { CustomerHistory } from '../../../src/live-state/history';
import { arbitraryShuffledLog } from './arbitrary-events';

function historyOf(events: readonly LogEvent[]): CustomerHistory {
  const history = new CustomerHistory();
  for (const event of events) history.apply(event);
  return history;
}

function known(history: CustomerHistory): unknown {
  const disliked = Array.from({ length: 8 }, (_, n) => history.dislikes(`p${n}`));
  return [history.interests(), history.purchases(), history.orderTimes(), history.recentlyViewed(), disliked];
}

let n = 0;
const event = (type: EventType, productId: string, occurredAt: number, more: Partial<LogEvent> = {}): LogEvent => ({
  source: 'STOREFRONT',
  id: `${n++}`,
  type,
  occurredAt,
  customerId: '1',
  productId,
  quantity: 1,
  ...more,
});

describe('a customer’s history', () => {
  it('is a function of the set of events, in any order', () => {
    fc.assert(
      fc.property(arbitraryShuffledLog(), ([log, shuffled]) => {
        expect(known(historyOf(shuffled))).toEqual(known(historyOf(log)));
      }),
    );
  });

  it('lists distinct products by latest view, newest first', () => {
    const history = historyOf([
      event('VIEW', 'a', 1),
      event('VIEW', 'b', 2),
      event('PURCHASE', 'c', 3),
      event('VIEW', 'a', 4),
    ]);
    expect(history.recentlyViewed()).toEqual(['a', 'b']);
  });

  it('uses the newest opinion', () => {
    const history = historyOf([event('LIKE', 'a', 5), event('DISLIKE', 'a', 3), event('RATE', 'b', 1, { rating: 1 })]);
    expect([history.dislikes('a'), history.dislikes('b'), history.dislikes('c')]).toEqual([false, true, false]);
    expect(history.interests().map(({ productId }) => productId)).toEqual([]);
  });

  it('no longer holds units that came back in the same order, or in an order of their own', () => {
    const order = (id: string, quantity = 2): Partial<LogEvent> => ({ source: 'ORDERS', id, quantity });
    const history = historyOf([
      event('PURCHASE', 'a', 1, order('1:a')),
      event('RETURN', 'a', 2, order('1:a-back')),
      event('PURCHASE', 'b', 3, order('2:b')),
      event('RETURN', 'b', 4, order('C3:b')),
      event('PURCHASE', 'c', 1, order('4:c')),
      event('PURCHASE', 'c', 3, order('5:c')),
      event('RETURN', 'c', 2, order('C6:c', 1)),
      event('RETURN', 'c', 4, order('C7:c', 2)),
    ]);
    // The first return of c is earlier than the second purchase; the second return takes from the newest purchase.
    expect(history.purchases()).toEqual([{ productId: 'c', orderTimes: [1], netUnits: 1 }]);
    expect(history.interests().map(({ productId }) => productId)).toEqual(['c']);
  });

  it('takes what came back in an order of its own from the newest purchase before it, unit by unit', () => {
    const arbitraryEvents = fc.array(
      fc.record({
        order: fc.constantFrom('1', '2', '3', 'C4', 'C5'),
        at: fc.integer({ min: 1, max: 9 }),
        quantity: fc.integer({ min: 1, max: 3 }),
        isReturn: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(arbitraryEvents, (given) => {
        const all = given.map((each, n) => ({ ...each, n, isReturn: each.isReturn || each.order.startsWith('C') }));
        const history = historyOf(
          all.map(({ order, at, quantity, isReturn, n: line }) =>
            event(isReturn ? 'RETURN' : 'PURCHASE', 'a', at, { source: 'ORDERS', id: `${order}:${line}`, quantity }),
          ),
        );
        const byOrder = new Map<string, { at: number; units: number; returnAt: number }>();
        for (const { order, at, quantity, isReturn } of all) {
          const sums = byOrder.get(order) ?? { at: Infinity, units: 0, returnAt: Infinity };
          sums.units += isReturn ? -quantity : quantity;
          if (isReturn) sums.returnAt = Math.min(sums.returnAt, at);
          else sums.at = Math.min(sums.at, at);
          byOrder.set(order, sums);
        }
        const units = [...byOrder].flatMap(([order, sums]) =>
          Array.from({ length: Math.max(0, sums.units) }, () => ({ order, at: sums.at })),
        );
        const back = [...byOrder]
          .filter(([, sums]) => sums.at === Infinity)
          .sort(([a, x], [b, y]) => x.returnAt - y.returnAt || (a < b ? -1 : 1))
          .flatMap(([, sums]) => Array.from({ length: -sums.units }, () => sums.returnAt));
        for (const returnAt of back) {
          const before = units.filter(({ at }) => at <= returnAt);
          before.sort((a, b) => b.at - a.at || (a.order < b.order ? -1 : 1));
          if (before.length > 0) units.splice(units.indexOf(before[0]), 1);
        }
        const times = new Map(units.map(({ order, at }) => [order, at]));
        expect(history.purchases().flatMap(({ orderTimes }) => orderTimes)).toEqual(
          [...times.values()].sort((a, b) => a - b),
        );
      }),
    );
  });

  it('stores the last 2,000 products', () => {
    const history = historyOf(Array.from({ length: 2010 }, (_, i) => event('VIEW', `p${i}`, i)));
    expect(history.size).toBe(2000);
    expect(history.recentlyViewed()[0]).toBe('p2009');
    expect(history.recentlyViewed()).not.toContain('p9');
  });
});
