import type { EventType, LogEvent } from '../../../../src/events/log-event';
import { LEARNER_LIMITS } from '../../../../src/live-state/learner/learner-limits';
import { LearnerState } from '../../../../src/live-state/learner/learner-state';

const NOW = Date.UTC(2026, 0, 8);
const DAY = 86_400_000;
let sequence = 0;

const event = (type: EventType, subject: string, more: Partial<LogEvent> = {}): LogEvent => ({
  source: 'STOREFRONT',
  id: `e${++sequence}`,
  type,
  occurredAt: NOW,
  sessionId: subject,
  productId: 'p',
  quantity: 1,
  ...more,
});

function popularity(events: readonly LogEvent[]): number {
  const state = new LearnerState();
  for (const each of events) state.apply(each);
  return state.shop.stats.month.read(state.shop.products.indexOf('p'), NOW);
}

describe("one visitor's effect on a product", () => {
  it('is limited to a tenth of a purchase in popularity, once, for any number of changes', () => {
    const once = popularity([event('VIEW', 'visitor')]);
    expect(once).toBeCloseTo(0.1, 12);
    const often = Array.from({ length: 500 }, () => [
      event('LIKE', 'visitor'),
      event('DISLIKE', 'visitor', { occurredAt: NOW - 6.9 * DAY }),
      event('ADD_TO_CART', 'visitor'),
    ]).flat();
    expect(popularity([event('VIEW', 'visitor'), ...often])).toBeCloseTo(0.1, 12);
  });

  it("can't remove what others have bought", () => {
    const bought = Array.from({ length: 20 }, (_, n) =>
      event('PURCHASE', `buyer-${n}`, { source: 'ORDERS', id: `o${n}:1` }),
    );
    const against = Array.from({ length: 500 }, () => [
      event('LIKE', 'visitor', { occurredAt: NOW - 6.9 * DAY }),
      event('DISLIKE', 'visitor'),
      event('REMOVE_FROM_CART', 'visitor'),
    ]).flat();
    expect(popularity([...bought, ...against])).toBeGreaterThanOrEqual(20);
  });
});

describe('a return under another name than the order', () => {
  it('leaves a state that can be written and read', () => {
    const state = new LearnerState({ ...LEARNER_LIMITS, productsPerSession: 1 });
    for (const productId of ['p', 'q']) state.apply(event('VIEW', 'robot', { productId }));
    state.apply(event('PURCHASE', 'a', { source: 'ORDERS', id: 'o:1' }));
    state.merge('s:a', 's:robot');
    state.apply(event('RETURN', 'a', { source: 'ORDERS', id: 'o:1r' }));
    const bytes = state.encode();
    expect(Buffer.from(LearnerState.decode(bytes).encode().shop)).toEqual(Buffer.from(bytes.shop));
  });
});
