import fc from 'fast-check';
import { adjustedRandIndex } from '../../../src/learn/adjusted-rand-index';
import { bootstrapStability } from '../../../src/learn/cluster-stability';
import { contingencyTable, jaccardTable } from '../../../src/learn/contingency-table';
import { denseDesign } from '../../../src/learn/design-matrix';
import { fitKMeans } from '../../../src/learn/k-means';
import { maximumOverlapMatching } from '../../../src/learn/maximum-overlap-matching';
import { seededRandom } from '../../../src/learn/seeded-random';

const rows = Array.from({ length: 400 }, (_, r) => r);
const pairsOfLabels = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 4 })), {
  minLength: 2,
  maxLength: 30,
});

describe('adjustedRandIndex', () => {
  it('equals adjusted_rand_score of scikit-learn 1.2.1', () => {
    const a = rows.map((r) => (r * r + Math.floor(r / 7)) % 5);
    const b = rows.map((r) => (r * r + Math.floor(r / 9)) % 6);
    const c = rows.map((r) => (r % 6 === 0 ? r % 4 : a[r]));
    const small = adjustedRandIndex([0, 0, 1, 1, 2, 2, 2, 3, 3, 0], [5, 5, 5, 1, 1, 7, 7, 7, 7, 5]);
    expect(small).toBeCloseTo(0.3283582089552239, 14);
    expect(adjustedRandIndex(a, b)).toBeCloseTo(-0.002367565088569871, 14);
    expect(adjustedRandIndex(a, c)).toBeCloseTo(0.6861158573755716, 14);
    expect(adjustedRandIndex([0, 0, 0, 0, 0], [1, 1, 1, 1, 1])).toBe(1);
    expect(adjustedRandIndex([0, 1, 2], [3, 4, 5])).toBe(1);
    expect(adjustedRandIndex([0, 0, 0], [0, 1, 2])).toBe(0);
  });

  it('equals its definition over pairs of rows', () => {
    fc.assert(
      fc.property(pairsOfLabels, (labels) => {
        let [both, inA, inB, all] = [0, 0, 0, 0];
        labels.forEach(([a, b], i) =>
          labels.slice(0, i).forEach(([otherA, otherB]) => {
            all++;
            if (a === otherA) inA++;
            if (b === otherB) inB++;
            if (a === otherA && b === otherB) both++;
          }),
        );
        const [expected, maximum] = [(inA * inB) / all, (inA + inB) / 2];
        const [a, b] = [labels.map(([label]) => label), labels.map(([, label]) => label)];
        expect(adjustedRandIndex(a, b)).toBeCloseTo(
          maximum === expected ? 1 : (both - expected) / (maximum - expected),
          12,
        );
      }),
    );
  });

  it('is 1 if only the numbers of the clusters differ, and rejects clusterings of other rows', () => {
    expect(adjustedRandIndex([1, 1, 2, 3, 3], [-7, -7, 0, 9, 9])).toBe(1);
    expect(() => adjustedRandIndex([1, 2], [1])).toThrow('clusterings of 2 and of 1 rows');
  });
});

describe('contingencyTable and jaccardTable', () => {
  it('equal counts of sets', () => {
    fc.assert(
      fc.property(pairsOfLabels, (labels) => {
        const [a, b] = [labels.map(([label]) => label), labels.map(([, label]) => label)];
        const jaccards = jaccardTable(contingencyTable(a, 4, b, 5), 5);
        for (let x = 0; x < 4; x++) {
          for (let y = 0; y < 5; y++) {
            const union = labels.filter(([inA, inB]) => inA === x || inB === y).length;
            const shared = labels.filter(([inA, inB]) => inA === x && inB === y).length;
            expect(jaccards[x * 5 + y]).toBe(union === 0 ? 0 : shared / union);
          }
        }
      }),
    );
  });

  it('adds up weights, and rejects clusterings of other rows', () => {
    expect([...contingencyTable([0, 1, 0], 2, [0, 0, 0], 1, [2, 3, 5])]).toEqual([7, 3]);
    expect(() => contingencyTable([0, 1], 2, [0], 1)).toThrow('clusterings of 2 and of 1 rows');
  });
});

describe('maximumOverlapMatching', () => {
  it('has the greatest sum of all one-to-one matchings', () => {
    const tables = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
      .chain(([height, width]) =>
        fc.tuple(
          fc.constant(width),
          fc.array(fc.integer({ min: 0, max: 9 }), { minLength: height * width, maxLength: height * width }),
        ),
      );
    fc.assert(
      fc.property(tables, ([width, overlaps]) => {
        const matching = maximumOverlapMatching(Float64Array.from(overlaps), width);
        const used = [...matching].filter((column) => column >= 0);
        expect(new Set(used).size).toBe(used.length);
        let sum = 0;
        matching.forEach((column, row) => {
          if (column < 0) return;
          expect(overlaps[row * width + column]).toBeGreaterThan(0);
          sum += overlaps[row * width + column];
        });
        expect(sum).toBe(greatestSum(overlaps, width, 0, []));
      }),
    );
  });

  it('takes 8 × 8, and rejects tables of another shape', () => {
    const identity = Float64Array.from({ length: 64 }, (_, at) => (at % 9 === 0 ? 2 : 1));
    expect([...maximumOverlapMatching(identity, 8)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(() => maximumOverlapMatching(new Float64Array(5), 2)).toThrow('5 overlaps in 2 columns');
    expect(() => maximumOverlapMatching(new Float64Array(17), 17)).toThrow('at most 16');
  });
});

describe('bootstrapStability', () => {
  const random = seededRandom(1);
  const blob = (x: number, y: number) => Array.from({ length: 60 }, () => [x + random(), y + random()]);
  const design = denseDesign([...blob(0, 0), ...blob(10, 0), ...blob(0, 10)]);
  const options = { seed: 3, resamples: 20, restarts: 3 };
  const stabilityOf = (clusters: number) =>
    bootstrapStability(design, fitKMeans({ design, clusters, seed: 1, restarts: 5 }), options);

  it('is 1 for clusters that are apart, and low for parts of one', () => {
    for (const { jaccard, standardError } of stabilityOf(3)) {
      expect(jaccard).toBe(1);
      expect(standardError).toBe(0);
    }
    const least = stabilityOf(5).reduce((a, b) => (a.jaccard < b.jaccard ? a : b));
    expect(least.jaccard).toBeLessThan(0.75);
    expect(least.standardError).toBeGreaterThan(0);
  });

  it('gives the same figures for the same seed', () => {
    expect(stabilityOf(4)).toEqual(stabilityOf(4));
  });
});

function greatestSum(overlaps: readonly number[], width: number, row: number, taken: readonly number[]): number {
  if (row * width >= overlaps.length) return 0;
  let best = greatestSum(overlaps, width, row + 1, taken);
  for (let column = 0; column < width; column++) {
    if (taken.includes(column)) continue;
    const sum = overlaps[row * width + column] + greatestSum(overlaps, width, row + 1, [...taken, column]);
    best = Math.max(best, sum);
  }
  return best;
}
