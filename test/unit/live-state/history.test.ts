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

  it('no longer holds units that were returned in the same order, and subtracts another return from the units only', () => {
    const order = (id: string): Partial<LogEvent> => ({ source: 'ORDERS', id, quantity: 2 });
    const history = historyOf([
      event('PURCHASE', 'a', 1, order('1:a')),
      event('RETURN', 'a', 2, order('1:a-back')),
      event('PURCHASE', 'b', 3, order('2:b')),
      event('RETURN', 'b', 4, order('C3:b')),
    ]);
    expect(history.purchases()).toEqual([{ productId: 'b', orderTimes: [3], netUnits: 0 }]);
    expect(history.interests()).toEqual([]);
  });

  it('stores the last 2,000 products', () => {
    const history = historyOf(Array.from({ length: 2010 }, (_, i) => event('VIEW', `p${i}`, i)));
    expect(history.size).toBe(2000);
    expect(history.recentlyViewed()[0]).toBe('p2009');
    expect(history.recentlyViewed()).not.toContain('p9');
  });
});
