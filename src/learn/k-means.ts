import type { DesignMatrix } from './design-matrix';
import { FitError, requireFinite } from './fit-error';
import { seedCentroids, type WeightedRows } from './k-means-seeding';
import { nearestCentroid, squaredDistance, type Centroids } from './nearest-centroid';
import { rowWeights } from './row-weights';
import { seededRandom } from './seeded-random';

export interface KMeansProblem {
  readonly design: DesignMatrix;
  /** Weight of each row, ≥ 0. Default 1. */
  readonly weights?: ArrayLike<number>;
  /** Number of clusters: from 1 to the number of rows. */
  readonly clusters: number;
  /** Seed of the random starts. */
  readonly seed: number;
  /** Number of random starts, of which the fit with the least inertia is returned. Default 10. */
  readonly restarts?: number;
  /** Initial centroids, clusters × columns, instead of random starts: a warm start. */
  readonly start?: Centroids;
  readonly maxIterations?: number;
  /**
   * The fit stops when the sum of squared moves of the centroids is at most this share of the columns' mean variance, or
   * when no row changes its cluster. Default 1e-4, as in scikit-learn.
   */
  readonly tolerance?: number;
}

export interface KMeansFit {
  /** clusters × columns. */
  readonly centroids: Centroids;
  /** The cluster of each row: the one of its nearest centroid. */
  readonly assignments: Int32Array;
  /** Σ weight × squared distance of each row to its centroid. */
  readonly inertia: number;
  readonly iterations: number;
  /** Inertia before each iteration, and at the end: never increases. */
  readonly inertias: readonly number[];
}

/**
 * k-means by Lloyd's algorithm (Lloyd, IEEE Transactions on Information Theory 28(2), 1982) from greedy k-means++ starts
 * or from given centroids. A cluster that loses all its rows gets the row that is farthest from its own centroid.
 *
 * Cost: rows × clusters × columns per iteration. Memory: 8 bytes per cell.
 * @throws FitError NOT_FINITE, or WRONG_SHAPE
 */
export function fitKMeans(problem: KMeansProblem): KMeansFit {
  const { design, clusters, seed, restarts = 10, start, maxIterations = 300, tolerance = 1e-4 } = problem;
  const data = readData(problem);
  if (!(Number.isInteger(clusters) && clusters >= 1 && clusters <= design.rows))
    throw new FitError('WRONG_SHAPE', `clusters must be from 1 to the ${design.rows} rows; got ${clusters}`);
  const maxMove = tolerance * meanVariance(data);
  if (start !== undefined) {
    if (start.length !== clusters * design.columns)
      throw new FitError('WRONG_SHAPE', `start must hold ${clusters} × ${design.columns} values; got ${start.length}`);
    start.forEach((value, at) => requireFinite(value, `value ${at} of start`));
    return lloyd(data, start.slice(), maxIterations, maxMove);
  }
  const random = seededRandom(seed);
  let best: KMeansFit | undefined;
  for (let restart = 0; restart < Math.max(1, restarts); restart++) {
    const fit = lloyd(data, seedCentroids(data, clusters, random), maxIterations, maxMove);
    if (best === undefined || fit.inertia < best.inertia) best = fit;
  }
  return best as KMeansFit;
}

function lloyd(data: WeightedRows, centroids: Centroids, maxIterations: number, maxMove: number): KMeansFit {
  const { rows, columns, values, weights } = data;
  const assignments = new Int32Array(rows).fill(-1);
  const distances = new Float64Array(rows);
  /** @returns whether a row has changed its cluster */
  const assign = (): boolean => {
    let hasChanged = false;
    for (let r = 0; r < rows; r++) {
      const cluster = nearestCentroid(centroids, columns, values, r * columns);
      distances[r] = squaredDistance(centroids, cluster * columns, values, r * columns, columns);
      if (assignments[r] === cluster) continue;
      assignments[r] = cluster;
      hasChanged = true;
    }
    return hasChanged;
  };
  const inertia = (): number => distances.reduce((sum, distance, r) => sum + weights[r] * distance, 0);
  assign();
  const inertias = [inertia()];
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const move = moveCentroids(data, centroids, assignments, distances);
    const hasChanged = assign();
    inertias.push(inertia());
    if (!hasChanged || move <= maxMove) break;
  }
  return {
    centroids,
    assignments,
    inertia: inertias[inertias.length - 1],
    iterations: inertias.length - 1,
    inertias,
  };
}

/** Moves each centroid to the mean of its rows. @returns the sum of squared moves */
function moveCentroids(
  { rows, columns, values, weights }: WeightedRows,
  centroids: Centroids,
  assignments: Int32Array,
  distances: Float64Array,
): number {
  const clusters = centroids.length / columns;
  const clusterWeights = new Float64Array(clusters);
  /** By cluster: its rows with a weight above 0. */
  const sizes = new Int32Array(clusters);
  for (let r = 0; r < rows; r++) if (weights[r] > 0) sizes[assignments[r]]++;
  for (let cluster = 0; cluster < clusters; cluster++) {
    if (sizes[cluster] > 0) continue;
    const farthest = farthestRow(distances, (r) => weights[r] > 0 && sizes[assignments[r]] > 1);
    if (farthest === undefined) break;
    sizes[assignments[farthest]]--;
    sizes[cluster]++;
    assignments[farthest] = cluster;
    distances[farthest] = 0;
  }
  for (let r = 0; r < rows; r++) clusterWeights[assignments[r]] += weights[r];
  const sums = new Float64Array(centroids.length);
  for (let r = 0; r < rows; r++) {
    const from = assignments[r] * columns;
    for (let c = 0; c < columns; c++) sums[from + c] += weights[r] * values[r * columns + c];
  }
  let move = 0;
  for (let at = 0; at < centroids.length; at++) {
    const weight = clusterWeights[Math.floor(at / columns)];
    // Fewer distinct rows than clusters: a cluster without rows stays where it is.
    if (weight === 0) continue;
    const delta = sums[at] / weight - centroids[at];
    centroids[at] += delta;
    move += delta * delta;
  }
  return move;
}

/** Returns undefined if every row that may move lies on its centroid. */
function farthestRow(distances: Float64Array, mayMove: (row: number) => boolean): number | undefined {
  let farthest: number | undefined;
  distances.forEach((distance, r) => {
    if (distance > (farthest === undefined ? 0 : distances[farthest]) && mayMove(r)) farthest = r;
  });
  return farthest;
}

function readData({ design, weights }: KMeansProblem): WeightedRows {
  const { rows, columns } = design;
  const values = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) design.readRow(r, values.subarray(r * columns, (r + 1) * columns));
  values.forEach((value, at) => requireFinite(value, `row ${Math.floor(at / columns)}, column ${at % columns}`));
  return { rows, columns, values, weights: rowWeights(rows, weights) };
}

/** Mean of the columns' variances. */
function meanVariance({ rows, columns, values, weights }: WeightedRows): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  for (let c = 0; c < columns; c++) {
    let mean = 0;
    for (let r = 0; r < rows; r++) mean += (weights[r] * values[r * columns + c]) / total;
    for (let r = 0; r < rows; r++) sum += (weights[r] * (values[r * columns + c] - mean) ** 2) / total;
  }
  return sum / columns;
}
