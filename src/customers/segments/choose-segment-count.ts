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
/** Below .6 they should not be trusted, says Hennig: segments of a previous version continue until then. */
export const MIN_RETAINED_STABILITY = 0.6;
export const RESAMPLES = 20;
export const STARTS = 5;
const RESAMPLE_STARTS = 2;

/** The stability of one number of segments. */
export interface SegmentStability {
  readonly segments: number;
  /** Mean Jaccard coefficient of each segment over the resamples, ascending. */
  readonly jaccards: readonly number[];
  /** Standard error of the least of them. */
  readonly standardError: number;
  /** Share of the customers in the smallest segment. */
  readonly minShare: number;
  /** Mean squared distance of the customers to their centroids. */
  readonly distance: number;
}

/**
 * Why there are so many segments. PREVIOUS: as many as in the previous version, which continues. STABLE: a number with
 * which all segments are stable. LEAST_UNSTABLE: no number is stable, and this one is nearest.
 */
export type SegmentCountRule = 'STABLE' | 'LEAST_UNSTABLE' | 'PREVIOUS';

export interface SegmentCountChoice {
  readonly rule: SegmentCountRule;
  readonly stability: readonly SegmentStability[];
  /** Numbers of segments, the preferred one first, with the centroids of the fit. Without those with a small segment. */
  readonly candidates: readonly { readonly segments: number; readonly centroids: Centroids }[];
}

/**
 * Chooses the number of segments, from 4 to 8, by cluster-wise bootstrap stability: a number is as stable as its least
 * stable segment. The most segments are preferred that are at most one standard error less stable than the best number
 * (the one-standard-error rule of Breiman et al., 1984).
 * @param design a random sample of the encoded customers
 * @param onProgress is called with a share from 0 to 1
 */
export function chooseSegmentCount(
  design: DesignMatrix,
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
      standardError: stability[0]!.standardError,
      minShare: Math.min(...sizes) / design.rows,
      distance: fit.inertia / design.rows,
    };
    fits.push({ row, centroids: fit.centroids });
    onProgress((clusters - MIN_SEGMENTS + 1) / (MAX_SEGMENTS - MIN_SEGMENTS + 1));
  }
  const eligible = fits.filter(({ row }) => row.minShare >= MIN_SEGMENT_SHARE);
  const { preferred, rule } = prefer(eligible.map(({ row }) => row));
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

function prefer(rows: readonly SegmentStability[]): { preferred: number; rule: SegmentCountRule } {
  const leastOf = (row: SegmentStability | undefined): number => row?.jaccards[0] ?? 0;
  const best = rows.reduce<SegmentStability | undefined>((a, b) => (leastOf(b) > leastOf(a) ? b : a), undefined);
  const bound = leastOf(best) - (best?.standardError ?? 0);
  const isStable = leastOf(best) >= MIN_STABILITY;
  const chosen = rows.findLast((row) => leastOf(row) >= (isStable ? Math.max(MIN_STABILITY, bound) : bound));
  return { preferred: chosen?.segments ?? MIN_SEGMENTS, rule: isStable ? 'STABLE' : 'LEAST_UNSTABLE' };
}
