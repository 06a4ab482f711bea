import fc from 'fast-check';
import { isMerge, orderKeyOf, subjectOf, type LogEntry, type LogEvent } from '../../src/events/log-event';
import { LearnerState } from '../../src/recommend/learner-state';
import type { ShopState } from '../../src/recommend/shop-state';
import { interestPoints, unitsOf } from '../../src/recommend/signals';
import { arbitraryLog } from './arbitrary-events';

const LIMITS = { productsPerSubject: 6, productsPerOrder: 1_000 };
const SUBJECTS = ['c:0', 'c:1', 'c:2', 'c:3', 's:4', 's:5'];

/** A log with merges strewn in. */
const arbitraryEntries = fc
  .tuple(
    arbitraryLog({ products: 10 }),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom(...SUBJECTS), fc.constantFrom(...SUBJECTS.slice(0, 4))), {
      maxLength: 5,
    }),
  )
  .map(([log, merges]) => {
    const entries: LogEntry[] = [...log];
    for (const [at, from, into] of merges) entries.splice(at % (entries.length + 1), 0, { from, into });
    return entries;
  });

/** By maps and loops, from the definitions: who holds what when everything has happened. */
function simulate(entries: readonly LogEntry[]): Record<string, number> {
  const points = new Map<string, Map<string, number>>();
  const orders = new Map<string, Map<string, number>>();
  const units = new Map<string, number>();
  const robots = new Set<string>();
  const add = (sums: Map<string, Map<string, number>>, subject: string, product: string, by: number) => {
    if (robots.has(subject)) return;
    for (const each of [points, orders]) if (!each.has(subject)) each.set(subject, new Map());
    const row = sums.get(subject) as Map<string, number>;
    row.set(product, (row.get(product) ?? 0) + by);
    const touched = new Set([...(points.get(subject) ?? []), ...(orders.get(subject) ?? [])].map(([id]) => id));
    if (touched.size <= LIMITS.productsPerSubject) return;
    robots.add(subject);
    points.delete(subject);
    orders.delete(subject);
  };
  for (const entry of entries) {
    if (isMerge(entry)) {
      const { from, into } = entry;
      if (from === into || robots.has(from)) continue;
      const moved = [points.get(from) ?? new Map<string, number>(), orders.get(from) ?? new Map<string, number>()];
      points.delete(from);
      orders.delete(from);
      for (const [product, sum] of moved[0]) add(points, into, product, sum);
      for (const [product, sum] of moved[1]) add(orders, into, product, sum);
      continue;
    }
    if (entry.type === 'IMPRESSION' || entry.productId === undefined) continue;
    const subject = subjectOf(entry) as string;
    add(points, subject, entry.productId, interestPoints(entry));
    if (unitsOf(entry) === 0) continue;
    const key = `${orderKeyOf(entry)} ${subject} ${entry.productId}`;
    const before = units.get(key) ?? 0;
    units.set(key, before + unitsOf(entry));
    const by = Number(before + unitsOf(entry) > 0) - Number(before > 0);
    if (by !== 0) add(orders, subject, entry.productId, by);
  }
  const counts: Record<string, number> = {};
  const bump = (name: string, by = 1) => (counts[name] = (counts[name] ?? 0) + by);
  for (const row of points.values()) {
    const held = [...row].filter(([, sum]) => sum > 0).map(([id]) => id);
    for (const a of held) {
      bump(`interest ${a}`);
      for (const b of held) if (a !== b) bump(`interest ${a} ${b}`);
    }
  }
  for (const row of orders.values()) {
    for (const [product, sum] of row) {
      bump(`orders ${product}`, sum);
      if (sum > 0) bump(`purchasers ${product}`);
      if (sum > 1) bump(`repeat ${product}`);
    }
  }
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0));
}

function countsOf({ products, interest, stats }: ShopState): Record<string, number> {
  const counts: Record<string, number> = {};
  const ids = [...Array(products.size).keys()].map((n) => products.idAt(n));
  ids.forEach((a, i) => {
    counts[`interest ${a}`] = interest.n(i);
    counts[`orders ${a}`] = stats.orders[i];
    counts[`purchasers ${a}`] = stats.purchasers[i];
    counts[`repeat ${a}`] = stats.repeatPurchasers[i];
    ids.forEach((b, j) => {
      if (i !== j) counts[`interest ${a} ${b}`] = interest.count(i, j);
    });
  });
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0));
}

function apply(state: LearnerState, entries: readonly LogEntry[]): LearnerState {
  for (const entry of entries) state.take(entry);
  return state;
}

describe('merging subjects', () => {
  it('leaves the counts that a simulation by maps and loops has, robots included', () => {
    fc.assert(
      fc.property(arbitraryEntries, (entries) => {
        expect(countsOf(apply(new LearnerState(LIMITS), entries).shop)).toEqual(simulate(entries));
      }),
      { numRuns: 300 },
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

  it('makes one of two who wanted the same', () => {
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
});
