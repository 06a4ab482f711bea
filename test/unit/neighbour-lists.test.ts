import fc from 'fast-check';
import { Cooccurrence } from '../../src/learn/cooccurrence';
import { NeighbourLists } from '../../src/recommend/neighbour-lists';
import { ShopState } from '../../src/recommend/shop-state';
import { LearnerState } from '../../src/recommend/learner-state';
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
  const { candidates, similarities, length } = lists.spokenFor(item);
  return Array.from(candidates.subarray(0, length), (candidate, at) => [candidate, similarities[at]]);
}

describe('neighbour lists', () => {
  it('hold the 100 nearest per candidate, also after some rows have changed and were refreshed', () => {
    const pair = fc.tuple(fc.nat(ITEMS - 1), fc.nat(ITEMS - 1));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 200 }), fc.array(pair, { maxLength: 50 }), (before, after) => {
        const matrix = new Cooccurrence();
        matrix.grow(ITEMS);
        // Item 0 has met everyone, so that its list is cut.
        for (let other = 1; other < ITEMS; other++) bump(matrix, [0, other]);
        for (const p of before) bump(matrix, p);
        const lists = new NeighbourLists(matrix, 10);
        expect(listed(lists)).toEqual(bruteForce(matrix));
        for (const p of after) bump(matrix, p);
        lists.refresh();
        // A neighbour's own total may have moved without the candidate's row: refresh goes by rows, so bump them all.
        for (let item = 0; item < ITEMS; item++) matrix.bumpItem(item, 1);
        while (lists.refresh(7) > 0);
        expect(listed(lists)).toEqual(bruteForce(matrix));
      }),
      { numRuns: 30 },
    );
  });

  it('are brought up to date after a delta, some rows at a time', () => {
    const log = syntheticPurchases(40, 60, 100);
    const learner = new LearnerState();
    log.slice(0, 500).forEach((event) => learner.apply(event));
    const follower = ShopState.decode(learner.encode().shop);
    follower.refreshNeighbours();
    log.slice(500).forEach((event) => learner.apply(event));
    follower.applyDelta(learner.takeDelta());
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
