import { bootstrapStability } from '../../learn/cluster-stability';
import type { DesignMatrix } from '../../learn/design-matrix';
import { fitKMeans } from '../../learn/k-means';
import type { Centroids } from '../../learn/nearest-centroid';

export const MIN_SEGMENTS = 4;
export const MAX_SEGMENTS = 8;
/** A segment with fewer of the customers is too small to be useful. */
export const MIN_SEGMENT_SHARE = 0.02;
/** Hennig (2007): clusters with a mean Jaccard coefficient of at least .75 are valid, stable clusters. */
const MIN_STABILITY = 0.75;
/** Below .6, clusters "should not be trusted" (Hennig). The previous number of segments stays until then. */
const MIN_RETAINED_STABILITY = 0.6;
/** If no number of segments is stable, the previous one stays while it lacks at most this much to the best one. */
const STABILITY_SLACK = 0.05;
const RESAMPLES = 20;
const STARTS = 5;
const RESAMPLE_STARTS = 2;

/** The stability of one number of segments. */
export interface SegmentStability {
  readonly segments: number;
  /** Mean Jaccard coefficient of each segment over the resamples, ascending. */
  readonly jaccards: readonly number[];
  /** Whether the mean of each segment is at least .75 by more than its standard error. */
  readonly isStable: boolean;
  /** Share of the customers in the smallest segment. */
  readonly minShare: number;
  /** Mean squared distance of the customers to their centroids. */
  readonly distance: number;
}

/**
 * Why a number of segments was preferred: STABLE: the most segments that are all stable; PREVIOUS: the number of the
 * previous version, which is about as stable as required; LEAST_UNSTABLE: no number is stable, and this one is nearest.
 */
export type SegmentCountRule = 'STABLE' | 'PREVIOUS' | 'LEAST_UNSTABLE';

export interface SegmentCountChoice {
  readonly rule: SegmentCountRule;
  readonly stability: readonly SegmentStability[];
  /** Numbers of segments, the preferred one first, with the centroids of the fit. Without those with a small segment. */
  readonly candidates: readonly { readonly segments: number; readonly centroids: Centroids }[];
}

/**
 * Chooses the number of segments, from 4 to 8, by cluster-wise bootstrap stability. If no number is stable, the one
 * whose least stable segment is the most stable is preferred.
 * @param design a random sample of the encoded customers
 * @param previous the number of segments of the previous version
 * @param onProgress is called with a share from 0 to 1
 */
export function chooseSegmentCount(
  design: DesignMatrix,
  previous: number | null,
  seed: number,
  onProgress: (progress: number) => void,
): SegmentCountChoice {
  const fits: { row: SegmentStability; centroids: Centroids }[] = [];
  const maxSegments = Math.min(MAX_SEGMENTS, design.rows);
  for (let clusters = MIN_SEGMENTS; clusters <= maxSegments; clusters++) {
    const fit = fitKMeans({ design, clusters, seed: seed + clusters, restarts: STARTS });
    const sizes = new Float64Array(clusters);
    for (const cluster of fit.assignments) sizes[cluster]!++;
    const options = { seed: seed + 100 * clusters, resamples: RESAMPLES, restarts: RESAMPLE_STARTS };
    const stability = bootstrapStability(design, fit, options).sort((a, b) => a.jaccard - b.jaccard);
    const row = {
      segments: clusters,
      jaccards: stability.map(({ jaccard }) => jaccard),
      isStable: stability.every(({ jaccard, standardError }) => jaccard - standardError >= MIN_STABILITY),
      minShare: Math.min(...sizes) / design.rows,
      distance: fit.inertia / design.rows,
    };
    fits.push({ row, centroids: fit.centroids });
    onProgress((clusters - MIN_SEGMENTS + 1) / (MAX_SEGMENTS - MIN_SEGMENTS + 1));
  }
  const eligible = fits.filter(({ row }) => row.minShare >= MIN_SEGMENT_SHARE);
  const { preferred, rule } = prefer(
    eligible.map(({ row }) => row),
    previous,
  );
  // The preferred number first, then the smaller ones from the greatest, then the others.
  const rank = (segments: number): number =>
    segments <= preferred ? preferred - segments : MAX_SEGMENTS + segments - preferred;
  return {
    rule,
    stability: fits.map(({ row }) => row),
    candidates: eligible
      .map(({ row: { segments }, centroids }) => ({ segments, centroids }))
      .sort((a, b) => rank(a.segments) - rank(b.segments)),
  };
}

function prefer(
  rows: readonly SegmentStability[],
  previous: number | null,
): { preferred: number; rule: SegmentCountRule } {
  const leastOf = ({ jaccards }: SegmentStability): number => jaccards[0] ?? 0;
  const best = Math.max(0, ...rows.map(leastOf));
  const before = rows.find(({ segments }) => segments === previous);
  if (before !== undefined && leastOf(before) >= Math.min(MIN_RETAINED_STABILITY, best - STABILITY_SLACK))
    return { preferred: before.segments, rule: 'PREVIOUS' };
  const stable = rows.findLast(({ isStable }) => isStable);
  if (stable !== undefined) return { preferred: stable.segments, rule: 'STABLE' };
  const nearest = rows.find((row) => leastOf(row) === best);
  return { preferred: nearest?.segments ?? MIN_SEGMENTS, rule: 'LEAST_UNSTABLE' };
}
