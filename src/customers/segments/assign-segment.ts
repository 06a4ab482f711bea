import type { PurchaseSummary } from '../../features/purchase-summary';
import { nearestCentroid, squaredDistance } from '../../learn/nearest-centroid';
import { encodeSegmentFeatures } from './segment-encoding';
import { segmentFeatures, type SegmentFeatures } from './segment-features';
import type { SegmentsArtefact } from './segments-artefact';

/** The state of customers with too few orders for a segment. */
export const NEW = 'NEW';

export interface SegmentAssignment {
  readonly segmentId: number | typeof NEW;
  /** Squared distance to the segment's centroid in encoded units; null for a NEW customer. */
  readonly distance: number | null;
}

/** Assigns customers to the segments of one version. */
export interface SegmentAssigner {
  (summary: PurchaseSummary): SegmentAssignment;
}

/**
 * Prepares the assignment of customers to the segments of a version: each gets the segment whose centroid is nearest.
 *
 * Cost of an assignment: orders + segments × columns; a few microseconds.
 */
export function segmentAssigner(artefact: SegmentsArtefact): SegmentAssigner {
  const assign = featureAssigner(artefact);
  return (summary) => {
    const features = segmentFeatures(summary);
    return features === null ? { segmentId: NEW, distance: null } : assign(features);
  };
}

/** As {@link segmentAssigner}, for customers whose features have been computed. */
export function featureAssigner({ encoding, segments }: SegmentsArtefact) {
  const columns = encoding.columns.length;
  const centroids = Float64Array.from(segments.flatMap(({ centroid }) => [...centroid]));
  const row = new Float64Array(columns);
  return (features: SegmentFeatures): { readonly segmentId: number; readonly distance: number } => {
    encodeSegmentFeatures(encoding, features, row);
    const nearest = nearestCentroid(centroids, columns, row);
    return {
      segmentId: segments[nearest]!.id,
      distance: squaredDistance(centroids, nearest * columns, row, 0, columns),
    };
  };
}
