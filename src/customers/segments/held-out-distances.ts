import { rowsOf } from '../../learn/cluster-stability';
import type { DesignMatrix } from '../../learn/design-matrix';
import { fitKMeans } from '../../learn/k-means';
import type { Centroids } from '../../learn/nearest-centroid';
import { seededRandom } from '../../learn/seeded-random';
import { clusterMeans, continueCentroids, fitCentroids, squaredDistances } from './refit-centroids';

const HELD_OUT_SHARE = 0.2;
const STARTS = 3;
/** The starts are fitted on this many rows. */
const MAX_START_ROWS = 5_000;

/**
 * The squared distances of held-out customers to their nearest centroids, in the candidate's encoding. One value per
 * customer, in the same sequence.
 */
export interface HeldOutDistances {
  /** By segments that were fitted in the same way on the other customers. */
  readonly candidate: Float64Array;
  /** By the previous version, which may have been fitted on the same customers; null if there is none. */
  readonly incumbent: Float64Array | null;
  /** To the mean of the other customers: one segment for all. */
  readonly baseline: Float64Array;
}

/** The previous version, seen from the new version's encoding. */
export interface EarlierSegments {
  readonly segments: number;
  /** The segment of each row of the design, from 0. */
  readonly assignments: Int32Array;
  /** The centroids in the new encoding. They may be means of the given rows, which have the given segments. */
  readonly centroids: (rows: DesignMatrix, assignments: Int32Array) => Centroids;
}

export interface HeldOutOptions {
  readonly segments: number;
  readonly seed: number;
  /** The previous version; null for a first one. */
  readonly earlier: EarlierSegments | null;
  /** Whether the fit continues the previous version. */
  readonly continues: boolean;
}

/** Fits the segments on four fifths of the customers, and measures distances of the others. */
export function heldOutDistances(design: DesignMatrix, options: HeldOutOptions): HeldOutDistances {
  const random = seededRandom(options.seed);
  const isHeldOut = Array.from({ length: design.rows }, () => random() < HELD_OUT_SHARE);
  const placesWhere = (heldOut: boolean): Int32Array =>
    Int32Array.from(isHeldOut.keys()).filter((row) => isHeldOut[row] === heldOut);
  const places = placesWhere(false);
  const [training, test] = [rowsOf(design, places), rowsOf(design, placesWhere(true))];
  // Every n-th row, so that the start does not depend on where similar customers stand.
  const step = Math.ceil(training.rows / MAX_START_ROWS);
  const start = fitKMeans({
    design: rowsOf(
      training,
      Int32Array.from({ length: Math.floor(training.rows / step) }, (_, row) => row * step),
    ),
    clusters: options.segments,
    seed: options.seed,
    restarts: STARTS,
  }).centroids;
  const { earlier } = options;
  const before = earlier === null ? new Int32Array(0) : places.map((row) => earlier.assignments[row]!);
  const previous = earlier === null ? null : earlier.centroids(training, before);
  const continued =
    previous !== null && options.continues ? continueCentroids(training, previous, before, start) : null;
  const candidate = (continued ?? fitCentroids(training, start)).centroids;
  return {
    candidate: squaredDistances(test, candidate),
    incumbent: previous === null ? null : squaredDistances(test, previous),
    baseline: squaredDistances(test, clusterMeans(training, new Int32Array(training.rows), 1)),
  };
}
