import fc from 'fast-check';
import { compressRows, rowAt, type SparseVector } from '../../../src/learn/compressed-rows';
import { easeRow, easeScores, rebuildEase } from '../../../src/learn/ease';
import { mostEaseItems, rebuildCost, shouldRebuild, updateCost } from '../../../src/learn/ease-cost';
import { easeNeighbours, PublishedNeighbours } from '../../../src/learn/ease-neighbours';
import { PendingHistories } from '../../../src/learn/ease-pending';
import { updateEase, type HistoryChange } from '../../../src/learn/ease-update';
import { seededRandom } from '../../../src/learn/seeded-random';
import { loadKernels } from '../../../src/platform/kernels';

const kernels = loadKernels();
const set = (...members: number[]): SparseVector => ({ members });

function shop(customers: number, items: number, seed: number) {
  const random = seededRandom(seed);
  const sets = Array.from({ length: customers }, () => Array.from({ length: 5 }, () => Math.floor(items * random())));
  return compressRows(sets, items);
}

describe('pending histories', () => {
  it('keep one change for each customer, from what P knows to what is now', () => {
    const pending = new PendingHistories();
    pending.note(1, set(), set(4));
    pending.note(2, set(7), set(7, 8));
    pending.note(1, set(4), set(4, 5));
    expect(pending.size).toBe(2);
    expect(pending.take()).toEqual([
      { before: set(), after: set(4, 5) },
      { before: set(7), after: set(7, 8) },
    ]);
    expect(pending.take()).toEqual([]);
  });

  it('drop what has come back to where it was, weights looked at', () => {
    const pending = new PendingHistories();
    pending.note(1, set(4), set(4, 5));
    pending.note(1, set(4, 5), set(4));
    pending.note(2, { members: [4], weights: [1] }, { members: [4], weights: [2] });
    expect(pending.take()).toEqual([{ before: { members: [4], weights: [1] }, after: { members: [4], weights: [2] } }]);
  });
});

describe('what is cheaper', () => {
  const change = (size: number): HistoryChange => ({
    before: set(...Array(size).keys()),
    after: set(...Array(size + 1).keys()),
  });
  const changes = (count: number) => Array.from({ length: count }, () => change(60));
  const PAIRS = 3e7;

  it('one change is far cheaper than a rebuild, as many as items are not', () => {
    expect(updateCost(3_700, changes(1))).toBeLessThan(rebuildCost(3_700, PAIRS) / 100);
    expect(shouldRebuild(3_700, PAIRS, changes(64), 1e-13)).toBe(false);
    expect(shouldRebuild(3_700, PAIRS, changes(3_700), 1e-13)).toBe(true);
  });

  it('crosses over once', () => {
    const choices = [1, 4, 16, 64, 256, 1_024, 4_096].map((count) => shouldRebuild(3_700, PAIRS, changes(count), 0));
    expect(choices).toEqual([...choices].sort((a, b) => Number(a) - Number(b)));
  });

  it('a residual over its bound, or none at all, asks for a rebuild whatever the cost', () => {
    expect(shouldRebuild(3_700, PAIRS, [], 1e-8)).toBe(true);
    expect(shouldRebuild(3_700, PAIRS, [], NaN)).toBe(true);
    expect(shouldRebuild(3_700, PAIRS, [], 1e-10)).toBe(false);
  });

  it('the cap on items is what fits into the memory, and never more than WebAssembly addresses', () => {
    expect(mostEaseItems()).toBe(11_264);
    expect(4 * mostEaseItems(1e9) ** 2).toBeLessThan(1e9);
    expect(mostEaseItems(1e12)).toBe(mostEaseItems(2 ** 32));
  });
});

describe('neighbours that were published', () => {
  it('are the entries farthest from 0, the first of equals', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 35 }),
        fc.nat(1e6),
        (items, count, seed) => {
          const ease = rebuildEase(shop(20, items, seed), 3, kernels);
          const row = easeRow(ease, 0);
          const expected = Array.from(row.keys())
            .filter((candidate) => row[candidate] !== 0)
            .sort((a, b) => Math.abs(row[b]) - Math.abs(row[a]) || a - b)
            .slice(0, count)
            .sort((a, b) => a - b);
          const { candidates, weights } = easeNeighbours(ease, 0, count);
          expect(Array.from(candidates)).toEqual(expected);
          expect(Array.from(weights)).toEqual(expected.map((candidate) => row[candidate]));
        },
      ),
    );
  });

  it('score as EASE does while none is left out', () => {
    const ease = rebuildEase(shop(200, 40, 1), 3, kernels);
    const published = new PublishedNeighbours(40);
    expect(published.moved(ease, 0)).toHaveLength(40);
    const history = { members: [3, 17, 30], weights: [1, 2, 0.5] };
    const scores = new Float64Array(40);
    published.addScores(history, scores);
    easeScores(ease, history).forEach((score, item) => expect(scores[item]).toBeCloseTo(score, 12));
  });

  it('a change gives exactly the rows that have moved by more than ε, and a copy that takes them is no farther off', () => {
    const histories = shop(200, 40, 2);
    const ease = rebuildEase(histories, 3, kernels);
    const published = new PublishedNeighbours(40);
    const copy = new PublishedNeighbours(40);
    published.moved(ease, 0).forEach((row) => copy.replace(row));
    expect(published.moved(ease, 0)).toEqual([]);
    const before = Array.from({ length: 40 }, (_, item) => easeRow(ease, item).slice());
    const old = rowAt(histories, 5);
    updateEase(ease, [{ before: old, after: set(...new Set([...Array.from(old.members), 1, 39])) }].map(sorted));
    const now = Array.from({ length: 40 }, (_, item) => easeRow(ease, item).slice());
    const farthest = now.map((row, item) => Math.max(...row.map((value, j) => Math.abs(value - before[item][j]))));
    const epsilon = [...farthest].sort((a, b) => a - b)[30];
    const moved = published.moved(ease, epsilon);
    expect(moved.map(({ item }) => item)).toEqual(Array.from(farthest.keys()).filter((i) => farthest[i] > epsilon));
    expect(moved).toHaveLength(9);
    moved.forEach((row) => copy.replace(row));
    for (let item = 0; item < 40; item++) {
      const row = Array<number>(40).fill(0);
      copy.row(item)?.candidates.forEach((candidate, at) => (row[candidate] = copy.row(item)?.weights[at] ?? NaN));
      row.forEach((value, j) => expect(Math.abs(value - now[item][j])).toBeLessThanOrEqual(epsilon));
    }
    // What ε held back comes when it is asked for with 0, and is looked for where it was asked.
    expect(published.moved(ease, 0, 0, 20).every(({ item }) => item < 20)).toBe(true);
    published.moved(ease, 0, 20);
    expect(published.moved(ease, 0)).toEqual([]);
  });
});

function sorted({ before, after }: HistoryChange): HistoryChange {
  return { before, after: { members: Array.from(after.members).sort((a, b) => a - b) } };
}
