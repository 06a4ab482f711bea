import fc from 'fast-check';
import { compressRows } from '../../../src/learn/compressed-rows';
import { easeRows, rebuildEase } from '../../../src/learn/ease';
import { maxChangedCells, rebuildCost, updateCost } from '../../../src/learn/ease-cost';
import type { ItemChange } from '../../../src/learn/ease-counts';
import { easeNeighbours } from '../../../src/learn/ease-neighbours';
import { seededRandom } from '../../../src/learn/seeded-random';
import { loadKernels } from '../../../src/platform/kernels';

const kernels = loadKernels();

function shop(customers: number, items: number, seed: number) {
  const random = seededRandom(seed);
  const sets = Array.from({ length: customers }, () => Array.from({ length: 5 }, () => Math.floor(items * random())));
  return compressRows(sets, items);
}

describe('the cheaper of steps and a rebuild', () => {
  /** Each change of 60 cells: an item added to one customer's history. */
  const changes = (count: number): ItemChange[] =>
    Array.from({ length: count }, (_, item) => ({ item, row: { members: [...Array(60).keys()] } }));

  it('one change is far cheaper than a rebuild, as many as items are not', () => {
    expect(updateCost(3_700, changes(1))).toBeLessThan(rebuildCost(3_700) / 100);
    expect(updateCost(3_700, changes(64))).toBeLessThan(rebuildCost(3_700) / 5);
    expect(updateCost(3_700, changes(3_700))).toBeGreaterThan(rebuildCost(3_700));
  });

  it('crosses over once', () => {
    const costs = [1, 4, 16, 64, 256, 1_024, 4_096].map((count) => updateCost(3_700, changes(count)));
    expect(costs).toEqual([...costs].sort((a, b) => a - b));
  });

  it('more changed cells than a rebuild is worth are not even counted', () => {
    expect(maxChangedCells(3_700)).toBeGreaterThan(64 * 61);
    expect(maxChangedCells(3_700)).toBeLessThan(3_700 ** 2 / 2);
  });
});

describe('neighbours', () => {
  it('are the entries farthest from 0, the first of equals', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 35 }),
        fc.nat(1e6),
        (items, count, seed) => {
          const ease = rebuildEase(shop(20, items, seed), 3, kernels);
          const [row] = easeRows(ease, 0);
          const expected = Array.from(row.keys())
            .filter((candidate) => row[candidate] !== 0)
            .sort((a, b) => Math.abs(row[b]) - Math.abs(row[a]) || a - b)
            .slice(0, count)
            .sort((a, b) => a - b);
          const { candidates, weights } = easeNeighbours(row, count);
          expect(Array.from(candidates)).toEqual(expected);
          expect(Array.from(weights)).toEqual(expected.map((candidate) => row[candidate]));
        },
      ),
    );
  });
});
