import { isDeepStrictEqual } from 'node:util';
import type { Centroids } from '../../learn/nearest-centroid';
import { featureAssigner } from './assign-segment';
import { clusterMeans, squaredDistances } from './refit-centroids';
import { encodedDesign } from './segment-encoding';
import type { SegmentFeatures } from './segment-features';
import type { SegmentsArtefact } from './segments-artefact';

/** Squared distances of the same customers to their nearest centroids, in the candidate's encoding. */
export interface PresentDistances {
  readonly candidate: Float64Array;
  /** Null if there is no previous version. */
  readonly incumbent: Float64Array | null;
  /** To the mean of all: one segment. */
  readonly baseline: Float64Array;
}

/**
 * Measures how closely two versions describe the customers as they are now. Both may have been fitted on them, because
 * segments describe the present customers. If the encodings differ, the previous version's segments are given by
 * the means of their customers.
 * @param customers not all, if there are many: a sample that does not depend on either version
 */
export function presentDistances(
  customers: readonly SegmentFeatures[],
  candidate: SegmentsArtefact,
  previous: SegmentsArtefact | null,
): PresentDistances {
  const design = encodedDesign(candidate.encoding, customers);
  const centroidsOf = ({ segments }: SegmentsArtefact): Centroids =>
    Float64Array.from(segments.flatMap(({ centroid }) => [...centroid]));
  const distances = {
    candidate: squaredDistances(design, centroidsOf(candidate)),
    baseline: squaredDistances(design, clusterMeans(design, new Int32Array(design.rows), 1)),
  };
  if (previous === null) return { ...distances, incumbent: null };
  if (isDeepStrictEqual(previous.encoding, candidate.encoding))
    return { ...distances, incumbent: squaredDistances(design, centroidsOf(previous)) };
  const places = new Map(previous.segments.map(({ id }, place) => [id, place]));
  const assign = featureAssigner(previous);
  const before = Int32Array.from(customers, (customer) => places.get(assign(customer).segmentId)!);
  // A segment that has lost all its customers has no mean. It is left out.
  const means = clusterMeans(design, before, previous.segments.length);
  const held = previous.segments.flatMap((_, place) =>
    before.includes(place) ? [...means.subarray(place * design.columns, (place + 1) * design.columns)] : [],
  );
  return { ...distances, incumbent: squaredDistances(design, Float64Array.from(held)) };
}
