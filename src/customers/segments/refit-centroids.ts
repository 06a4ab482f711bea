import type { DesignMatrix } from '../../learn/design-matrix';
import { fitKMeans, type KMeansFit } from '../../learn/k-means';
import { nearestCentroid, squaredDistance, type Centroids } from '../../learn/nearest-centroid';
import { MIN_SEGMENT_SHARE } from './choose-segment-count';

/** Weights of the previous centroids that are tried after 0: 1 weighs them like all customers of the segment. */
const HISTORY_WEIGHTS = [0.25, 0.5, 1, 2];
/** A refit should move at most this share of the customers to another segment. */
const MAX_MOVED_SHARE = 0.04;
/** Continuity may raise the mean squared distance by this factor. */
const MAX_DISTANCE_RATIO = 1.05;
const MAX_ITERATIONS = 100;

export interface CentroidFit {
  readonly centroids: Centroids;
  /** The cluster of each row. */
  readonly assignments: Int32Array;
  /** Mean squared distance of the rows to their centroids. */
  readonly distance: number;
}

/** A fit that continues previous centroids. */
export interface ContinuedFit extends CentroidFit {
  /** Weight of the previous centroids. */
  readonly historyWeight: number;
  /** Share of the rows that would change their cluster with weight 0. */
  readonly movedWithoutHistory: number;
  /** `distance` divided by that of the best fit found without regard to the previous centroids, ≥ 1 up to rounding. */
  readonly distanceRatio: number;
}

/** Fits centroids to all rows, from centroids of a fit of a sample. */
export function fitCentroids(design: DesignMatrix, start: Centroids): CentroidFit {
  return lloyd(design, start);
}

/**
 * Fits centroids to all rows that continue previous centroids: k-means with a cost for leaving them (Chakrabarti, Kumar,
 * Tomkins, Evolutionary clustering, KDD 2006). Each previous centroid counts as β n further rows, n being the rows that
 * its cluster had before; so a centroid is about the mean of its rows and its predecessor, weighted 1 : β. β is the
 * least of 0, ¼, ½, 1, 2 with which at most 4 % of the rows change their cluster, or 2 if that is not enough.
 * @param previous clusters × columns
 * @param before the cluster of each row by the previous version
 * @param start centroids of a fit from random starts, with as many clusters
 * @returns null if the mean squared distance is more than 5 % above the best that was found without regard to the
 *   previous centroids, or if a cluster is too small: then the rows have changed more than continuity can hide
 */
export function continueCentroids(
  design: DesignMatrix,
  previous: Centroids,
  before: Int32Array,
  start: Centroids,
): ContinuedFit | null {
  const clusters = previous.length / design.columns;
  const sizes = new Float64Array(clusters);
  for (const cluster of before) sizes[cluster]!++;
  const fresh = lloyd(design, start);
  const withWeight = (weight: number): CentroidFit & { readonly moved: number } => {
    const fit = lloyd(
      design,
      previous,
      sizes.map((size) => weight * size),
    );
    return { ...fit, moved: fit.assignments.filter((cluster, row) => cluster !== before[row]).length / design.rows };
  };
  const free = withWeight(0);
  let [fit, historyWeight] = [free, 0];
  for (const weight of HISTORY_WEIGHTS) {
    if (fit.moved <= MAX_MOVED_SHARE) break;
    [fit, historyWeight] = [withWeight(weight), weight];
  }
  const distanceRatio = fit.distance / Math.min(fresh.distance, free.distance);
  if (distanceRatio > MAX_DISTANCE_RATIO || smallestShare(fit.assignments, clusters) < MIN_SEGMENT_SHARE) return null;
  const { centroids, assignments, distance } = fit;
  return { centroids, assignments, distance, historyWeight, movedWithoutHistory: free.moved, distanceRatio };
}

/** Share of the rows in the smallest cluster. */
export function smallestShare(assignments: Int32Array, clusters: number): number {
  const sizes = new Float64Array(clusters);
  for (const cluster of assignments) sizes[cluster]!++;
  return Math.min(...sizes) / assignments.length;
}

/** Returns the cluster of each row: that of its nearest centroid. */
export function assignRows(design: DesignMatrix, centroids: Centroids): Int32Array {
  const row = new Float64Array(design.columns);
  return Int32Array.from({ length: design.rows }, (_, r) => {
    design.readRow(r, row);
    return nearestCentroid(centroids, design.columns, row);
  });
}

/** Returns the squared distance of each row to its nearest centroid. */
export function squaredDistances(design: DesignMatrix, centroids: Centroids): Float64Array {
  const { columns } = design;
  const row = new Float64Array(columns);
  return Float64Array.from({ length: design.rows }, (_, r) => {
    design.readRow(r, row);
    return squaredDistance(centroids, nearestCentroid(centroids, columns, row) * columns, row, 0, columns);
  });
}

/** Means of the rows by cluster: clusters × columns. A cluster without rows has the mean of all. */
export function clusterMeans(design: DesignMatrix, assignments: Int32Array, clusters: number): Centroids {
  const { rows, columns } = design;
  const sums = new Float64Array((clusters + 1) * columns);
  const sizes = new Float64Array(clusters + 1);
  const row = new Float64Array(columns);
  for (let r = 0; r < rows; r++) {
    design.readRow(r, row);
    for (const cluster of [assignments[r]!, clusters]) {
      sizes[cluster]!++;
      for (let c = 0; c < columns; c++) sums[cluster * columns + c]! += row[c]!;
    }
  }
  return Float64Array.from({ length: clusters * columns }, (_, at) => {
    const own = Math.floor(at / columns);
    const cluster = sizes[own]! > 0 ? own : clusters;
    return sums[cluster * columns + (at % columns)]! / sizes[cluster]!;
  });
}

/** @param historyWeights weights of the start as further rows, one per cluster */
function lloyd(design: DesignMatrix, start: Centroids, historyWeights = new Float64Array(0)): CentroidFit {
  const { rows, columns } = design;
  const clusters = start.length / columns;
  const weights = new Float64Array(rows + historyWeights.length).fill(1);
  weights.set(historyWeights, rows);
  const { centroids, assignments }: KMeansFit = fitKMeans({
    design: {
      rows: weights.length,
      columns,
      readRow(row, out) {
        if (row < rows) design.readRow(row, out);
        else out.set(start.subarray((row - rows) * columns, (row - rows + 1) * columns));
      },
    },
    weights,
    clusters,
    seed: 0,
    start,
    maxIterations: MAX_ITERATIONS,
  });
  const distance = squaredDistances(design, centroids).reduce((sum, each) => sum + each, 0) / rows;
  return { centroids, assignments: assignments.subarray(0, rows), distance };
}
