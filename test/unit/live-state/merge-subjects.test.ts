import fc from 'fast-check';
import {
  isMerge,
  orderKeyOf,
  subjectOf,
  type EventType,
  type LogEntry,
  type LogEvent,
} from '../../../src/events/log-event';
import { PackedRows } from '../../../src/learn/packed-rows';
import { sampleHash } from '../../../src/live-state/learner/browsed-sample';
import { LEARNER_LIMITS, type LearnerLimits } from '../../../src/live-state/learner/learner-limits';
import { LearnerState } from '../../../src/live-state/learner/learner-state';
import type { ShopState } from '../../../src/live-state/shop-state';
import { interestPoints, unitsOf } from '../../../src/live-state/signals';
import { arbitraryLog } from './arbitrary-events';

const NO_LIMITS = {
  ...LEARNER_LIMITS,
  productsPerSession: 1_000,
  browsedPerSubject: 1_000,
  productsPerSubject: 1_000,
  productsPerOrder: 1_000,
};
const LIMITS = { ...NO_LIMITS, productsPerSession: 5, browsedPerSubject: 3, productsPerSubject: 6 };
const BULK = { ...NO_LIMITS, productsPerOrder: 2 };
const SUBJECTS = ['c:0', 'c:1', 'c:2', 'c:3', 's:4', 's:5'];

/** A log with merges in between. */
const arbitraryMerges = fc
  .tuple(
    arbitraryLog({ products: 10, size: 'max' }),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom(...SUBJECTS), fc.constantFrom(...SUBJECTS.slice(0, 4))), {
      maxLength: 5,
    }),
  )
  .map(([log, merges]) => {
    const entries: LogEntry[] = [...log];
    for (const [at, from, into] of merges) entries.splice(at % (entries.length + 1), 0, { from, into });
    return entries;
  });

const orderLine = (customerId: string, type: EventType, productId: string, n: number, order = 1): LogEvent => ({
  source: 'ORDERS',
  id: `o${order}:${n}`,
  type,
  occurredAt: n,
  customerId,
  productId,
  quantity: 1,
});

/** Three customers with the same two orders, who are merged back and forth. */
const arbitraryOrders = fc
  .array(
    fc.record({
      what: fc.constantFrom('PURCHASE', 'PURCHASE', 'PURCHASE', 'RETURN', 'MERGE'),
      who: fc.constantFrom('a', 'b', 'c'),
      into: fc.constantFrom('a', 'b', 'c'),
      product: fc.constantFrom('w', 'x', 'y', 'z'),
      order: fc.integer({ min: 1, max: 2 }),
    }),
    { maxLength: 40, size: 'max' },
  )
  .map((drafts) =>
    drafts.map(({ what, who, into, product, order }, n): LogEntry =>
      what === 'MERGE' ? { from: `c:${who}`, into: `c:${into}` } : orderLine(who, what as EventType, product, n, order),
    ),
  );

const arbitraryEntries = fc.oneof(arbitraryMerges, arbitraryOrders);

type Sums = Map<string, Map<string, number>>;

const rowOf = (sums: Sums, owner: string): Map<string, number> => {
  const row = sums.get(owner) ?? new Map<string, number>();
  sums.set(owner, row);
  return row;
};
const addTo = (row: Map<string, number>, product: string, by: number) => row.set(product, (row.get(product) ?? 0) + by);
const heldIn = (row: ReadonlyMap<string, number>) => [...row].filter(([, sum]) => sum > 0).map(([product]) => product);

/** Simulates by maps and loops, from the definitions, with bots: which subject has which events in the end. */
function simulate(entries: readonly LogEntry[]): Counts {
  const points: Sums = new Map();
  const orders = new Map<string, Sums>();
  const robots = new Set<string>();
  const addPoints = (subject: string, product: string, by: number) => {
    if (robots.has(subject)) return;
    const limit = subject.startsWith('s:') ? LIMITS.productsPerSession : LIMITS.productsPerSubject;
    if (addTo(rowOf(points, subject), product, by).size <= limit) return;
    robots.add(subject);
    points.delete(subject);
  };
  const addUnits = (subject: string, key: string, product: string, by: number) => {
    if (!orders.has(subject)) orders.set(subject, new Map());
    addTo(rowOf(orders.get(subject)!, key), product, by);
  };
  for (const entry of entries) {
    if (isMerge(entry)) {
      const { from, into } = entry;
      if (from === into || robots.has(from)) continue;
      const [pointsMoved, ordersMoved] = [points.get(from) ?? [], orders.get(from) ?? []];
      points.delete(from);
      orders.delete(from);
      for (const [product, sum] of pointsMoved) addPoints(into, product, sum);
      for (const [key, row] of ordersMoved) for (const [product, units] of row) addUnits(into, key, product, units);
      continue;
    }
    if (entry.type === 'IMPRESSION' || entry.productId === undefined) continue;
    const subject = subjectOf(entry)!;
    addPoints(subject, entry.productId, interestPoints(entry));
    if (unitsOf(entry) !== 0) addUnits(subject, orderKeyOf(entry)!, entry.productId, unitsOf(entry));
  }
  const counts = new Tally();
  for (const [subject, row] of points) {
    const ordered = new Set([...(orders.get(subject)?.values() ?? [])].flatMap((units) => [...units.keys()]));
    const browsed = [...row.keys()].filter((product) => !ordered.has(product));
    browsed.sort((a, b) => sampleHash(subject, a) - sampleHash(subject, b));
    const included = new Set([...ordered, ...browsed.slice(0, LIMITS.browsedPerSubject)]);
    counts.addSet(
      'interest',
      heldIn(row).filter((product) => included.has(product)),
    );
  }
  for (const [subject, rows] of orders) {
    const times = new Map<string, number>();
    for (const row of rows.values()) {
      counts.addSet('purchase', heldIn(row));
      for (const product of heldIn(row)) addTo(times, product, 1);
    }
    if (!robots.has(subject)) counts.addBuyer(times);
  }
  return counts.all;
}

/** Returns the events of each owner after all merges. */
function owned(entries: readonly LogEntry[]): Map<string, LogEvent[]> {
  const events = new Map<string, LogEvent[]>();
  for (const entry of entries) {
    const subject = isMerge(entry) ? entry.into : subjectOf(entry)!;
    const more = isMerge(entry) ? (events.get(entry.from) ?? []) : [entry];
    if (isMerge(entry)) events.delete(entry.from);
    events.set(subject, [...(events.get(subject) ?? []), ...more]);
  }
  return events;
}

/** The definition without bots: every event counts for its final owner, and nothing else matters. */
function recount(entries: readonly LogEntry[], productsPerOrder = Infinity): Counts {
  const counts = new Tally();
  for (const events of owned(entries).values()) {
    const points = new Map<string, number>();
    const orders: Sums = new Map();
    for (const event of events) {
      if (event.type === 'IMPRESSION' || event.productId === undefined) continue;
      addTo(points, event.productId, interestPoints(event));
      if (unitsOf(event) !== 0) addTo(rowOf(orders, orderKeyOf(event)!), event.productId, unitsOf(event));
    }
    counts.addSet('interest', heldIn(points));
    const times = new Map<string, number>();
    for (const row of orders.values()) {
      if (row.size > productsPerOrder) continue;
      counts.addSet('purchase', heldIn(row));
      for (const product of heldIn(row)) addTo(times, product, 1);
    }
    counts.addBuyer(times);
  }
  return counts.all;
}

type Counts = Record<string, number>;

class Tally {
  readonly all: Counts = {};

  addSet(view: string, held: readonly string[]): void {
    for (const a of held) {
      this.bump(`${view} ${a}`);
      for (const b of held) if (a !== b) this.bump(`${view} ${a} ${b}`);
    }
  }

  /** Adds one subject's number of orders with each product. */
  addBuyer(times: ReadonlyMap<string, number>): void {
    for (const [product, count] of times) {
      this.bump(`orders ${product}`, count);
      if (count > 0) this.bump(`purchasers ${product}`);
      if (count > 1) this.bump(`repeat ${product}`);
    }
  }

  private bump(name: string, by = 1): void {
    if (by !== 0) this.all[name] = (this.all[name] ?? 0) + by;
  }
}

function countsOf({ products, interest, purchase, stats }: ShopState): Counts {
  const counts: Counts = {};
  const ids = [...Array(products.size).keys()].map((n) => products.idAt(n));
  ids.forEach((a, i) => {
    counts[`interest ${a}`] = interest.n(i);
    counts[`purchase ${a}`] = purchase.n(i);
    counts[`orders ${a}`] = stats.orders[i];
    counts[`purchasers ${a}`] = stats.purchasers[i];
    counts[`repeat ${a}`] = stats.repeatPurchasers[i];
    ids.forEach((b, j) => {
      if (i === j) return;
      counts[`interest ${a} ${b}`] = interest.count(i, j);
      counts[`purchase ${a} ${b}`] = purchase.count(i, j);
    });
  });
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0));
}

function apply(state: LearnerState, entries: readonly LogEntry[]): LearnerState {
  for (const entry of entries) state.applyEntry(entry);
  return state;
}

describe('merging subjects', () => {
  it('leaves the counts of a simulation by maps and loops, with bots', () => {
    fc.assert(
      fc.property(arbitraryEntries, (entries) => {
        expect(countsOf(apply(new LearnerState(LIMITS), entries).shop)).toEqual(simulate(entries));
      }),
      { numRuns: 100 },
    );
  });

  it('counts every event for its final owner, orders and their returns too', () => {
    fc.assert(
      fc.property(arbitraryEntries, (entries) => {
        expect(countsOf(apply(new LearnerState(NO_LIMITS), entries).shop)).toEqual(recount(entries));
      }),
      { numRuns: 150 },
    );
  });

  it('does not count an order that has become too long in any way', () => {
    fc.assert(
      fc.property(arbitraryEntries, (entries) => {
        const expected = recount(entries, BULK.productsPerOrder);
        expect(countsOf(apply(new LearnerState(BULK), entries).shop)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('is the same over a checkpoint and by deltas', () => {
    fc.assert(
      fc.property(arbitraryEntries, fc.nat(), (entries, cut) => {
        const at = cut % (entries.length + 1);
        const whole = apply(new LearnerState(LIMITS), entries);
        const half = apply(new LearnerState(LIMITS), entries.slice(0, at));
        const resumed = apply(LearnerState.decode(half.encode(), LIMITS), entries.slice(at));
        expect(Buffer.from(resumed.encode().shop)).toEqual(Buffer.from(whole.encode().shop));
        expect(Buffer.from(resumed.encode().subjects)).toEqual(Buffer.from(whole.encode().subjects));
      }),
    );
  });

  it('counts one customer instead of two who wanted the same', () => {
    const view = (customerId: string, productId: string, n: number): LogEvent => ({
      source: 'STOREFRONT',
      id: `e${n}`,
      type: 'VIEW',
      occurredAt: n,
      customerId,
      productId,
      quantity: 1,
    });
    const state = apply(new LearnerState(), [
      view('a', 'x', 1),
      view('b', 'x', 2),
      view('b', 'y', 3),
      { from: 'c:a', into: 'c:b' },
    ]);
    expect(countsOf(state.shop)).toEqual({ 'interest x': 1, 'interest y': 1, 'interest x y': 1, 'interest y x': 1 });
  });

  it('reverses a line that is returned under the new name, also after a second merge', () => {
    const bought = [orderLine('a', 'PURCHASE', 'x', 1), orderLine('a', 'PURCHASE', 'y', 2)];
    const merged = [...bought, { from: 'c:a', into: 'c:b' }, { from: 'c:b', into: 'c:c' }];
    expect(countsOf(apply(new LearnerState(), merged).shop)).toMatchObject({ 'purchase x y': 1 });
    const { shop } = apply(new LearnerState(), [...merged, orderLine('c', 'RETURN', 'y', 3)]);
    expect(countsOf(shop)).toEqual({ 'interest x': 1, 'purchase x': 1, 'orders x': 1, 'purchasers x': 1 });
    // Under the old name it is another order.
    const apart = apply(new LearnerState(), [...merged, orderLine('a', 'RETURN', 'y', 3)]);
    expect(countsOf(apart.shop)).toMatchObject({ 'purchase x y': 1 });
  });
});

describe('visits beyond the limit', () => {
  const VISITS = 3;
  const FEW = { ...NO_LIMITS, visits: VISITS, leavingVisits: 1 };
  const TOGETHER = { ...FEW, leavingVisits: 2 };

  /** Many visits of few customers, some with orders of the shop, and merges. */
  const arbitraryVisits: fc.Arbitrary<LogEntry[]> = fc
    .array(
      fc.record({
        type: fc.constantFrom<EventType>(
          'VIEW',
          'VIEW',
          'LIKE',
          'DISLIKE',
          'ADD_TO_CART',
          'REMOVE_FROM_CART',
          'PURCHASE',
        ),
        visit: fc.nat({ max: 9 }),
        product: fc.nat({ max: 4 }),
        customer: fc.option(fc.nat({ max: 1 }), { freq: 6 }),
        hasOrder: fc.boolean(),
      }),
      { maxLength: 60, size: 'max' },
    )
    .map((drafts) =>
      drafts.map(({ type, visit, product, customer, hasOrder }, n): LogEntry => {
        if (customer === 0) return { from: `s:${visit}`, into: 'c:0' };
        return {
          source: 'STOREFRONT',
          id: `${n}`,
          type: type === 'PURCHASE' && !hasOrder ? 'VIEW' : type,
          occurredAt: n * 1_000,
          ...(customer === null ? { sessionId: `${visit}` } : { customerId: '1' }),
          productId: `p${product}`,
          quantity: 1,
        };
      }),
    );

  /** Returns the entries that count: without those of visits that have left, unless they were merged before. */
  function remaining(entries: readonly LogEntry[], { leavingVisits }: LearnerLimits): LogEntry[] {
    const gone = new Set<LogEntry>();
    /** Visits in the order of their first events. */
    const visits = new Map<string, { own: LogEntry[]; hasOrder: boolean }>();
    const forgetOldest = () => {
      const leaving = [...visits].filter(([, { hasOrder }]) => !hasOrder);
      if (leaving.length <= VISITS) return;
      for (const [name, { own }] of leaving.slice(0, leavingVisits)) {
        visits.delete(name);
        for (const each of own) gone.add(each);
      }
    };
    for (const entry of entries) {
      const subject = isMerge(entry) ? entry.from : subjectOf(entry)!;
      if (!subject.startsWith('s:')) continue;
      let visit = visits.get(subject);
      if (isMerge(entry)) {
        if (visit !== undefined) Object.assign(visit, { own: [], hasOrder: false });
        forgetOldest();
        continue;
      }
      if (visit === undefined) visits.set(subject, (visit = { own: [], hasOrder: false }));
      visit.own.push(entry);
      if (unitsOf(entry) !== 0) visit.hasOrder = true;
      forgetOldest();
    }
    return entries.filter((entry) => !gone.has(entry));
  }

  it('leave with what they contributed, oldest first, unless they have an order or were merged', () => {
    fc.assert(
      fc.property(arbitraryVisits, (entries) => {
        for (const limits of [FEW, TOGETHER]) {
          const state = apply(new LearnerState(limits), entries);
          expect(countsOf(state.shop)).toEqual(recount(remaining(entries, limits)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('are not fewer because of visits with orders', () => {
    const view = (visit: string, product: string): LogEntry => ({
      ...{ source: 'STOREFRONT', id: `${visit} ${product}`, type: 'VIEW', occurredAt: 1_000 },
      ...{ sessionId: visit, productId: product, quantity: 1 },
    });
    const buy = (visit: string): LogEntry => ({ ...view(visit, 'x'), id: visit, type: 'PURCHASE' });
    const buyers = Array.from({ length: VISITS }, (_, n) => buy(`buyer ${n}`));
    const visits = Array.from({ length: VISITS }, (_, n) => [view(`${n}`, 'x'), view(`${n}`, 'y')]).flat();
    const state = apply(new LearnerState(FEW), [...buyers, ...visits]);
    expect(countsOf(state.shop)).toMatchObject({ 'interest x y': VISITS });
    const restarted = apply(LearnerState.decode(state.encode(), FEW), [buy('another'), view('another', 'y')]);
    expect(countsOf(restarted.shop)).toMatchObject({ 'interest x y': VISITS + 1 });
  });

  it('are the same after a restart from a checkpoint', () => {
    fc.assert(
      fc.property(arbitraryVisits, fc.nat(), fc.constantFrom(FEW, TOGETHER), (entries, cut, limits) => {
        const at = cut % (entries.length + 1);
        const whole = apply(new LearnerState(limits), entries);
        const half = apply(new LearnerState(limits), entries.slice(0, at));
        const resumed = apply(LearnerState.decode(half.encode(), limits), entries.slice(at));
        for (const part of ['shop', 'subjects'] as const)
          expect(Buffer.from(resumed.encode()[part])).toEqual(Buffer.from(whole.encode()[part]));
      }),
      { numRuns: 200 },
    );
  });

  it('leave a checkpoint of a learner with a higher limit', () => {
    fc.assert(
      fc.property(arbitraryVisits, (entries) => {
        const events = entries.filter((entry): entry is LogEvent => !isMerge(entry));
        const many = apply(new LearnerState({ ...FEW, visits: 10 }), events);
        const few = LearnerState.decode(many.encode(), FEW);
        const visits = new Set(
          events.filter(({ sessionId }) => sessionId !== undefined).map((event) => subjectOf(event)),
        );
        for (const event of events) if (unitsOf(event) !== 0) visits.delete(subjectOf(event));
        const leaving = new Set([...visits].slice(0, Math.max(0, visits.size - VISITS)));
        expect(countsOf(few.shop)).toEqual(recount(events.filter((event) => !leaving.has(subjectOf(event)))));
      }),
      { numRuns: 100 },
    );
  });

  it('leave without a search through all visits to a product', () => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with `this`
    const original = PackedRows.prototype.find;
    let longest = 0;
    const find = jest.spyOn(PackedRows.prototype, 'find').mockImplementation(function (this: PackedRows, owner, key) {
      longest = Math.max(longest, this.length(owner));
      return original.call(this, owner, key);
    });
    try {
      const state = new LearnerState({ ...NO_LIMITS, visits: 200, leavingVisits: 20 });
      const view = { source: 'STOREFRONT', type: 'VIEW', occurredAt: 1_000, productId: 'x', quantity: 1 } as const;
      for (let n = 0; n < 1_001; n++) state.apply({ ...view, id: `${n}`, sessionId: `${n}` });
      expect(countsOf(state.shop)).toEqual({ 'interest x': 181 });
      expect(longest).toBeLessThan(10);
    } finally {
      find.mockRestore();
    }
  });

  it('change nothing below the limit', () => {
    fc.assert(
      fc.property(arbitraryVisits, (entries) => {
        const [few, many] = [10, 1_000_000].map((visits) => apply(new LearnerState({ ...NO_LIMITS, visits }), entries));
        for (const part of ['shop', 'subjects'] as const)
          expect(Buffer.from(few.encode()[part])).toEqual(Buffer.from(many.encode()[part]));
      }),
    );
  });
});
