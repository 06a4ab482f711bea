import {
  assignRows,
  clusterMeans,
  continueCentroids,
  squaredDistances,
} from '../../../../src/customers/segments/refit-centroids';
import { denseDesign } from '../../../../src/learn/design-matrix';
import { fitKMeans } from '../../../../src/learn/k-means';

/** Evenly spread rows: the border of two clusters moves with every change. */
const evenly = (from: number, to: number, count = 400) =>
  denseDesign(Array.from({ length: count }, (_, r) => [from + ((to - from) * r) / (count - 1)]));
const clusters = (design: ReturnType<typeof evenly>) => fitKMeans({ design, clusters: 2, seed: 1 }).centroids.sort();

describe('continueCentroids', () => {
  const previous = clusters(evenly(0, 1));
  const continued = (design: ReturnType<typeof evenly>) =>
    continueCentroids(design, previous, assignRows(design, previous), clusters(design));

  it('fits without history if few rows move', () => {
    const design = evenly(0, 1.02);
    const fit = continued(design)!;
    expect(fit.historyWeight).toBe(0);
    expect(fit.distanceRatio).toBeCloseTo(1, 2);
    fit.centroids.forEach((centroid, c) => expect(centroid).toBeCloseTo(clusters(design)[c], 2));
  });

  it('weighs the previous centroids so that at most 4 % of the rows move, and says what that costs', () => {
    const design = evenly(0, 1.13);
    const fit = continued(design)!;
    const before = assignRows(design, previous);
    expect(fit.historyWeight).toBeGreaterThan(0);
    expect(fit.movedWithoutHistory).toBeGreaterThan(0.05);
    expect(fit.assignments.filter((cluster, row) => cluster !== before[row]).length / design.rows).toBeLessThanOrEqual(
      0.04,
    );
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const best = mean(squaredDistances(design, clusters(design)));
    expect(fit.distance).toBeCloseTo(mean(squaredDistances(design, fit.centroids)), 12);
    expect(fit.distanceRatio).toBeCloseTo(fit.distance / best, 2);
    // Between the previous centroids and the best ones.
    fit.centroids.forEach((centroid, c) => {
      expect(centroid).toBeGreaterThan(previous[c]);
      expect(centroid).toBeLessThan(clusters(design)[c]);
    });
  });

  it('gives up if continuing costs too much, or leaves a cluster too small', () => {
    expect(continued(evenly(0, 5))).toBeNull();
    expect(continued(evenly(0.9, 1))).toBeNull();
  });
});

describe('clusterMeans', () => {
  it('computes the mean of each cluster, and of all rows for an empty one', () => {
    const design = denseDesign([[1], [3], [8]]);
    expect([...clusterMeans(design, Int32Array.of(0, 0, 2), 3)]).toEqual([2, 4, 8]);
  });
});
