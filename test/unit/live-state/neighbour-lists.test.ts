import fc from 'fast-check';
import { Cooccurrence } from '../../../src/learn/cooccurrence';
import { NeighbourLists } from '../../../src/live-state/neighbour-lists';
import { ShopState } from '../../../src/live-state/shop-state';
import { LearnerState } from '../../../src/live-state/learner/learner-state';
import { syntheticPurchases } from './arbitrary-events';

const ITEMS = 130;

type Pair = readonly [number, number];

function bump(matrix: Cooccurrence, [a, b]: Pair): void {
  if (a === b) return;
  matrix.bumpItem(a, 1);
  matrix.bumpItem(b, 1);
  matrix.bumpPairs(a, Int32Array.of(b), 1, 1);
}

/** s(i → j) for every i among the 100 nearest of j, from scratch. */
function bruteForce(matrix: Cooccurrence): Map<string, number> {
  const expected = new Map<string, number>();
  for (let j = 0; j < ITEMS; j++) {
    const row: [number, number][] = [];
    for (let i = 0; i < ITEMS; i++) {
      const count = i === j ? 0 : matrix.count(i, j);
      if (count > 0) row.push([i, count / (Math.sqrt(matrix.n(i)) * Math.sqrt(matrix.n(j)) + 10)]);
    }
    const sorted = row.map(([, s]) => s).sort((x, y) => y - x);
    for (const [i, s] of row) if (sorted.length < 100 || s >= sorted[99]) expected.set(`${i}>${j}`, s);
  }
  return expected;
}

function listed(lists: NeighbourLists): Map<string, number> {
  const found = new Map<string, number>();
  for (let i = 0; i < ITEMS; i++) for (const [j, similarity] of spokenFor(lists, i)) found.set(`${i}>${j}`, similarity);
  return found;
}

function spokenFor(lists: NeighbourLists, item: number): [number, number][] {
  const { candidates, similarities, length } = lists.candidatesOf(item);
  return Array.from(candidates.subarray(0, length), (candidate, at) => [candidate, similarities[at]]);
}

/** Lists all pairs of some items that are not within the head, as a learner does. */
function list(partial: Cooccurrence, all: Cooccurrence, items: Iterable<number>): void {
  for (const item of items) {
    const others = Array.from({ length: ITEMS }, (_, other) => other).filter(
      (other) => all.count(item, other) > 0 && other !== item && !(partial.isHead(item) && partial.isHead(other)),
    );
    const counts = others.map((other) => all.count(item, other));
    partial.setList(item, Int32Array.from(others), Int32Array.from(counts), others.length);
  }
}

describe('neighbour lists', () => {
  it('are those of the counted pairs, if not all are counted', () => {
    const pairs = fc.array(fc.tuple(fc.nat(ITEMS - 1), fc.nat(ITEMS - 1)), { maxLength: 200 });
    const items = fc.uniqueArray(fc.nat(ITEMS - 1), { minLength: 10 });
    fc.assert(
      fc.property(pairs, items, pairs, items, (before, first, after, second) => {
        const [partial, all] = [new Cooccurrence(20), new Cooccurrence()];
        const bumpBoth = (pair: Pair) => [partial, all].forEach((matrix) => bump(matrix, pair));
        for (const matrix of [partial, all]) matrix.grow(ITEMS);
        // One item of the head and one of the others have met every item, so that their lists are cut.
        for (const popular of [0, 50]) for (let other = 0; other < ITEMS; other++) bumpBoth([popular, other]);
        before.forEach(bumpBoth);
        list(partial, all, [0, 50, ...first]);
        const lists = new NeighbourLists(partial, 10);
        expect(listed(lists)).toEqual(bruteForce(partial));
        after.forEach(bumpBoth);
        list(partial, all, second);
        lists.expire();
        while (lists.refresh(7) > 0);
        expect(listed(lists)).toEqual(bruteForce(partial));
        // With another head, pairs listed until then are no longer counted.
        partial.setHead([1, 2, 50]);
        list(partial, all, first);
        while (lists.refresh(7) > 0);
        expect(listed(lists)).toEqual(bruteForce(partial));
      }),
      { numRuns: 30 },
    );
  });

  it('hold the 100 nearest per candidate, also after some rows have changed and were refreshed', () => {
    const pair = fc.tuple(fc.nat(ITEMS - 1), fc.nat(ITEMS - 1));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 200 }), fc.array(pair, { maxLength: 50 }), (before, after) => {
        const matrix = new Cooccurrence();
        matrix.grow(ITEMS);
        // Item 0 has met every item, so that its list is cut.
        for (let other = 1; other < ITEMS; other++) bump(matrix, [0, other]);
        for (const p of before) bump(matrix, p);
        const lists = new NeighbourLists(matrix, 10);
        expect(listed(lists)).toEqual(bruteForce(matrix));
        for (const p of after) bump(matrix, p);
        lists.refresh();
        // A neighbour's own total may have changed without the candidate's row. Refresh works by rows, so bump them
        // all.
        for (let item = 0; item < ITEMS; item++) matrix.bumpItem(item, 1);
        while (lists.refresh(7) > 0);
        expect(listed(lists)).toEqual(bruteForce(matrix));
      }),
      { numRuns: 30 },
    );
  });

  it('are updated after a delta, some rows at a time', () => {
    const log = syntheticPurchases(40, 60, 100);
    const learner = new LearnerState();
    log.slice(0, 500).forEach((event) => learner.apply(event));
    const follower = ShopState.decode(learner.encode().shop);
    follower.refreshNeighbours();
    log.slice(500).forEach((event) => learner.apply(event));
    follower.applyDelta(learner.drainDelta());
    expect(follower.refreshSomeNeighbours(3)).toBe(6);
    while (follower.refreshSomeNeighbours(3) > 0);
    const whole = ShopState.decode(learner.encode().shop);
    whole.refreshNeighbours();
    for (const id of ['p0', 'p1', 'p7']) expect(candidatesOf(follower, id)).toEqual(candidatesOf(whole, id));
  });
});

function candidatesOf(shop: ShopState, id: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const [candidate, similarity] of spokenFor(shop.interestNeighbours, shop.products.indexOf(id))) {
    found.set(shop.products.idAt(candidate), similarity);
  }
  expect(found.size).toBeGreaterThan(0);
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
