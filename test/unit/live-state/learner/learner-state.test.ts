import fc from 'fast-check';
import type { LogEvent } from '../../../../src/events/log-event';
import { sampleHash } from '../../../../src/live-state/learner/browsed-sample';
import { LEARNER_LIMITS } from '../../../../src/live-state/learner/learner-limits';
import { LearnerState } from '../../../../src/live-state/learner/learner-state';
import { ShopState } from '../../../../src/live-state/shop-state';
import { arbitraryLog, arbitraryShuffledLog } from '../arbitrary-events';

const LIMITS = {
  ...LEARNER_LIMITS,
  productsPerSession: 4,
  browsedPerSubject: 3,
  productsPerSubject: 6,
  productsPerOrder: 5,
};

/** All integer counts, by id: they must not depend on the order of events. */
function countsOf(shop: ShopState): Record<string, number> {
  const counts: Record<string, number> = {};
  const put = (name: string, value: number): void => {
    if (value !== 0) counts[name] = value;
  };
  for (let i = 0; i < shop.products.size; i++) {
    const a = shop.products.idAt(i);
    put(`interest ${a}`, shop.interest.n(i));
    put(`purchase ${a}`, shop.purchase.n(i));
    put(`purchasers ${a}`, shop.stats.purchasers[i]);
    put(`repeat ${a}`, shop.stats.repeatPurchasers[i]);
    put(`orders ${a}`, shop.stats.orders[i]);
    for (let j = 0; j < shop.products.size; j++) {
      if (i === j) continue;
      put(`interest ${a} ${shop.products.idAt(j)}`, shop.interest.count(i, j));
      put(`purchase ${a} ${shop.products.idAt(j)}`, shop.purchase.count(i, j));
    }
  }
  return counts;
}

/** Counts the same from scratch, by sets and loops. Shares only the worth of each signal with the implementation. */
function recount(log: readonly LogEvent[]): Record<string, number> {
  const points: Record<string, number> = { VIEW: 1, ADD_TO_CART: 3, REMOVE_FROM_CART: -3, LIKE: 1000, DISLIKE: -1000 };
  const subjects = new Map<string, Map<string, number>>();
  const orders = new Map<string, { subject: string; units: Map<string, number> }>();
  for (const event of log) {
    if (event.type === 'IMPRESSION') continue;
    const subject = event.customerId !== undefined ? `customer ${event.customerId}` : `session ${event.sessionId}`;
    const product = event.productId as string;
    const sign = event.type === 'PURCHASE' ? 1 : event.type === 'RETURN' ? -1 : 0;
    const worth =
      sign !== 0
        ? 8 * sign * event.quantity
        : event.type === 'RATE'
          ? 40 * ((event.rating as number) - 2.5)
          : points[event.type];
    const sums = subjects.get(subject) ?? new Map<string, number>();
    subjects.set(subject, sums.set(product, (sums.get(product) ?? 0) + worth));
    if (sign === 0) continue;
    const name = event.source === 'ORDERS' ? event.id.split(':')[0] : `${event.occurredAt}`;
    const key = `${event.source} ${name} ${subject}`;
    const order = orders.get(key) ?? { subject, units: new Map<string, number>() };
    orders.set(key, order);
    order.units.set(product, (order.units.get(product) ?? 0) + sign * event.quantity);
  }
  const counts: Record<string, number> = {};
  const bump = (name: string): void => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const bumpSet = (view: string, sums: Map<string, number>): string[] => {
    const members = Array.from(sums)
      .filter(([, sum]) => sum > 0)
      .map(([product]) => product);
    for (const a of members) {
      bump(`${view} ${a}`);
      for (const b of members) if (a !== b) bump(`${view} ${a} ${b}`);
    }
    return members;
  };
  const isRobot = (subject: string): boolean =>
    (subjects.get(subject)?.size ?? 0) >
    (subject.startsWith('session') ? LIMITS.productsPerSession : LIMITS.productsPerSubject);
  for (const [subject, sums] of subjects) {
    if (isRobot(subject)) continue;
    const ordered = new Set<string>();
    for (const order of orders.values()) {
      if (order.subject === subject) for (const product of order.units.keys()) ordered.add(product);
    }
    const name = subject.replace(/^(.)\w* /, '$1:');
    const browsed = [...sums.keys()].filter((product) => !ordered.has(product));
    browsed.sort((a, b) => sampleHash(name, a) - sampleHash(name, b));
    const included = new Set([...ordered, ...browsed.slice(0, LIMITS.browsedPerSubject)]);
    bumpSet('interest', new Map([...sums].filter(([product]) => included.has(product))));
  }
  const perSubject = new Map<string, number>();
  for (const { subject, units } of orders.values()) {
    if (units.size > LIMITS.productsPerOrder) continue;
    for (const product of bumpSet('purchase', units)) {
      if (isRobot(subject)) continue;
      bump(`orders ${product}`);
      const times = (perSubject.get(`${subject}\n${product}`) ?? 0) + 1;
      perSubject.set(`${subject}\n${product}`, times);
      if (times === 1) bump(`purchasers ${product}`);
      if (times === 2) bump(`repeat ${product}`);
    }
  }
  return counts;
}

function learned(log: readonly LogEvent[]): LearnerState {
  const state = new LearnerState(LIMITS);
  for (const event of log) state.apply(event);
  return state;
}

describe('events of searches and impressions', () => {
  it('change no state, and no clock', () => {
    const view: LogEvent = {
      source: 'STOREFRONT',
      id: 'v',
      type: 'VIEW',
      occurredAt: Date.UTC(2011, 11, 9),
      sessionId: 's',
      productId: 'p',
      quantity: 1,
    };
    const later = { ...view, occurredAt: Date.UTC(2026, 0, 1) };
    const [one, other] = [new LearnerState(), new LearnerState()];
    one.apply(view);
    for (const type of ['SEARCH', 'IMPRESSION', 'CUSTOM'] as const) other.apply({ ...later, type });
    other.apply(view);
    for (const type of ['SEARCH', 'IMPRESSION', 'CUSTOM'] as const) other.apply({ ...later, type });
    expect(other.encode()).toEqual(one.encode());
  });
});

describe('the learner', () => {
  it('counts both views as a batch recount does, in any order, with returns, dislikes, repeats and bots', () => {
    fc.assert(
      fc.property(arbitraryShuffledLog({ products: 9, maxLength: 150, size: 'max' }), ([log, shuffled]) => {
        const expected = recount(log);
        expect(countsOf(learned(log).shop)).toEqual(expected);
        expect(countsOf(learned(shuffled).shop)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  const viewOf = (subject: Partial<LogEvent>) => (n: number) => ({
    source: 'STOREFRONT' as const,
    id: `${n}`,
    type: 'VIEW' as const,
    occurredAt: n,
    productId: `p${n}`,
    quantity: 1,
    ...subject,
  });

  it('subtracts a bot’s pairs at the product that exceeds the limit of a visit', () => {
    const view = viewOf({ sessionId: 'robot' });
    const within = learned([0, 1, 2].map(view));
    expect(within.shop.interest.count(0, 2)).toBe(1);
    for (const n of [3, 4, 0]) within.apply(view(n));
    expect(countsOf(within.shop)).toEqual({});
  });

  it('counts a customer’s orders in full, and a sample of what they only viewed', () => {
    const events = [0, 1, 2, 3, 4, 5].map(viewOf({ customerId: 'a' }));
    const bought = { ...events[5], type: 'PURCHASE' as const, source: 'ORDERS' as const, id: 'o:1' };
    const { shop } = learned([...events, bought]);
    const included = [0, 1, 2, 3, 4, 5].filter((n) => shop.interest.n(shop.products.indexOf(`p${n}`)) === 1);
    expect(included).toHaveLength(LIMITS.browsedPerSubject + 1);
    expect(included).toContain(5);
  });

  it('gives the same bytes when it replays the same log', () => {
    fc.assert(
      fc.property(arbitraryLog(), (log) => {
        expect(learned(log).encode()).toEqual(learned(log).encode());
      }),
    );
  });

  it('continues from a checkpoint as if it had never stopped', () => {
    fc.assert(
      fc.property(arbitraryLog(), fc.nat(), (log, at) => {
        const cut = log.length === 0 ? 0 : at % log.length;
        const resumed = LearnerState.decode(learned(log.slice(0, cut)).encode(), LIMITS);
        for (const event of log.slice(cut)) resumed.apply(event);
        expect(resumed.encode()).toEqual(learned(log).encode());
      }),
    );
  });

  it('sends deltas that make a decoded checkpoint bit-equal to its own state', () => {
    fc.assert(
      fc.property(arbitraryLog(), fc.nat(), fc.nat(), (log, a, b) => {
        const [first, second] = [a % (log.length + 1), b % (log.length + 1)].sort((x, y) => x - y);
        const learner = learned(log.slice(0, first));
        const follower = ShopState.decode(learner.encode().shop);
        for (const event of log.slice(first, second)) learner.apply(event);
        follower.applyDelta(learner.drainDelta());
        expect(follower.encode()).toEqual(learner.shop.encode());
        for (const event of log.slice(second)) learner.apply(event);
        const delta = learner.drainDelta();
        expect(learner.pendingChanges()).toBe(0);
        follower.applyDelta(delta);
        expect(follower.encode()).toEqual(learner.shop.encode());
        // Deltas hold values, not differences: the same delta twice does no harm.
        follower.applyDelta(delta);
        expect(follower.encode()).toEqual(learner.shop.encode());
      }),
    );
  });

  it('rejects bytes of another format', () => {
    expect(() => ShopState.decode(new Uint8Array([3, 97, 98, 99, 1]))).toThrow('expected freshet-shop version 3');
  });
});
