import fc from 'fast-check';
import { denseDesign, standardizationOf, standardized } from '../../../src/learn/design-matrix';
import { fitKMeans } from '../../../src/learn/k-means';
import { updateMiniBatch, type MiniBatchKMeans } from '../../../src/learn/mini-batch-k-means';
import { SETS } from './scikit-learn-sets';

const pointsArbitrary = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
  minLength: 4,
  maxLength: 40,
});
const design = (points: readonly (readonly number[])[]) => denseDesign(points.map((point) => [...point]));

describe.each(SETS)('k-means on $name', ({ name, X, figures: { kMeans } }) => {
  const plain = denseDesign(X);
  const scaled =
    name === 'digits'
      ? plain
      : standardized(
          plain,
          standardizationOf(
            plain,
            X.map(() => 1),
          ),
        );

  it('has the mean inertia of scikit-learn over 20 seeds', () => {
    const { clusters, restarts, meanInertia } = kMeans;
    let sum = 0;
    for (let seed = 0; seed < 20; seed++) sum += fitKMeans({ design: scaled, clusters, restarts, seed }).inertia;
    expect(sum / 20).toBeGreaterThan(meanInertia * 0.995);
    expect(sum / 20).toBeLessThan(meanInertia * 1.005);
  });
});

describe('k-means', () => {
  it('never increases the inertia, and assigns each row to its nearest centroid', () => {
    fc.assert(
      fc.property(pointsArbitrary, fc.integer({ min: 1, max: 4 }), fc.integer(), (points, clusters, seed) => {
        const { inertias, inertia, assignments, centroids } = fitKMeans({
          design: design(points),
          clusters,
          seed,
          restarts: 1,
        });
        for (let at = 1; at < inertias.length; at++)
          expect(inertias[at]).toBeLessThanOrEqual(inertias[at - 1] * (1 + 1e-12));
        let recomputed = 0;
        points.forEach(([x, y], r) => {
          const distances = Array.from(
            { length: clusters },
            (_, k) => (x - centroids[2 * k]) ** 2 + (y - centroids[2 * k + 1]) ** 2,
          );
          expect(distances[assignments[r]]).toBe(Math.min(...distances));
          recomputed += distances[assignments[r]];
        });
        expect(inertia).toBeCloseTo(recomputed, 6);
      }),
    );
  });

  it('has an inertia of 0 with as many clusters as rows', () => {
    fc.assert(
      fc.property(pointsArbitrary, (points) => {
        expect(fitKMeans({ design: design(points), clusters: points.length, seed: 1, restarts: 1 }).inertia).toBe(0);
      }),
    );
  });

  it('gives the same fit for the same seed', () => {
    const { X } = SETS[0];
    const problem = { design: denseDesign(X), clusters: 5, seed: 3 };
    expect(fitKMeans(problem)).toEqual(fitKMeans(problem));
  });

  it('continues from given centroids, and fills a cluster that has no rows', () => {
    const points = design([
      [0, 0],
      [0, 1],
      [10, 0],
      [10, 1],
      [50, 50],
    ]);
    const start = Float64Array.of(0, 0.5, 10, 0.5, 1_000, 1_000);
    const fit = fitKMeans({ design: points, clusters: 3, seed: 1, start });
    expect([...fit.assignments]).toEqual([0, 0, 1, 1, 2]);
    expect(fit.inertia).toBeCloseTo(1, 12);
    const again = fitKMeans({ design: points, clusters: 3, seed: 1, start: fit.centroids });
    expect(again).toMatchObject({ centroids: fit.centroids, iterations: 1 });
    const spread = fitKMeans({
      design: points,
      clusters: 3,
      seed: 1,
      start: Float64Array.of(0, 0, 1_000, 1_000, 2_000, 2_000),
    });
    expect(new Set(spread.assignments).size).toBe(3);
  });

  it('counts a row as often as its weight says', () => {
    const weighted = fitKMeans({
      design: design([
        [0, 0],
        [3, 0],
      ]),
      weights: [2, 1],
      clusters: 1,
      seed: 1,
    });
    expect([...weighted.centroids]).toEqual([1, 0]);
    expect(weighted.inertia).toBeCloseTo(6, 12);
  });

  it('rejects shapes that do not fit', () => {
    const fit = (more: object) => () =>
      fitKMeans({
        design: design([
          [0, 0],
          [3, 0],
        ]),
        clusters: 2,
        seed: 1,
        ...more,
      });
    expect(fit({ clusters: 3 })).toThrow('clusters must be from 1 to the 2 rows; got 3');
    expect(fit({ start: new Float64Array(3) })).toThrow('start must hold 2 × 2 values; got 3');
    expect(fit({ weights: [0, 0] })).toThrow('at least one row must have a weight above 0');
    expect(
      fit({
        design: design([
          [0, NaN],
          [3, 0],
        ]),
      }),
    ).toThrow('row 0, column 1 is NaN');
  });
});

describe('mini-batch k-means', () => {
  it('rejects a value that is no number, and counts of other centroids', () => {
    const state = { centroids: Float64Array.of(0, 1), counts: new Float64Array(2) };
    expect(() => updateMiniBatch(state, design([[NaN]]))).toThrow('row 0, column 0 is NaN');
    expect(() => updateMiniBatch(state, design([[1, 2]]))).toThrow('2 values of 2 centroids, 2 columns');
  });

  it('makes each centroid the mean of the rows that were assigned to it', () => {
    const start = { centroids: Float64Array.of(0, 0, 10, 10), counts: new Float64Array(2) };
    const once = updateMiniBatch(
      start,
      design([
        [1, 1],
        [3, 3],
        [9, 8],
      ]),
    );
    const twice = updateMiniBatch(
      once,
      design([
        [2, 5],
        [11, 12],
      ]),
    );
    expect([...twice.counts]).toEqual([3, 2]);
    [2, 3, 10, 10].forEach((value, at) => expect(twice.centroids[at]).toBeCloseTo(value, 12));
    expect([...start.centroids]).toEqual([0, 0, 10, 10]);
  });

  it('comes near the inertia of Lloyd', () => {
    const { X } = SETS[0];
    const whole = fitKMeans({ design: denseDesign(X), clusters: 3, seed: 1 });
    let state: MiniBatchKMeans = {
      centroids: fitKMeans({ design: denseDesign(X), clusters: 3, seed: 1, restarts: 1, maxIterations: 1 }).centroids,
      counts: new Float64Array(3),
    };
    for (let from = 0; from < 30; from++)
      state = updateMiniBatch(state, denseDesign(X.filter((_, r) => r % 30 === from)));
    const inertia = fitKMeans({ design: denseDesign(X), clusters: 3, seed: 1, start: state.centroids }).inertias[0];
    expect(inertia).toBeLessThan(1.1 * whole.inertia);
  });
});

it('k-means gives an empty cluster a row of a cluster that keeps others', () => {
  const rows = design([[0], [1], [2], [100]]);
  const fit = fitKMeans({ design: rows, clusters: 3, seed: 1, start: Float64Array.of(60, 1_000, 1) });
  expect([...fit.centroids].sort((a, b) => a - b)).toEqual([0, 1.5, 100]);
  expect(fit.inertia).toBe(0.5);
});
