import { adjustedRandIndex } from '../../learn/adjusted-rand-index';
import { rowsOf } from '../../learn/cluster-stability';
import type { DesignMatrix } from '../../learn/design-matrix';
import { seededRandom } from '../../learn/seeded-random';
import { featureAssigner } from './assign-segment';
import {
  chooseSegmentCount,
  MAX_SEGMENTS,
  MIN_SEGMENT_SHARE,
  MIN_SEGMENTS,
  type SegmentCountRule,
  type SegmentStability,
} from './choose-segment-count';
import { heldOutDistances, type HeldOutDistances } from './held-out-distances';
import { matchSegments } from './match-segments';
import { describeSegment, nameSegments } from './name-segments';
import { clusterMeans, fitCentroids, refitCentroids, smallestShare, type CentroidFit } from './refit-centroids';
import { encodedDesign, encodingStillFits, fitSegmentEncoding } from './segment-encoding';
import type { SegmentFeatures } from './segment-features';
import { segmentProfiles } from './segment-profile';
import { MAX_RETIRED, type Segment, type SegmentsArtefact } from './segments-artefact';

const MIN_CUSTOMERS_PER_SEGMENT = 25;
/** The number of segments is chosen on a random sample of this many customers. */
const MAX_SAMPLE = 5_000;

export interface FitSegmentsOptions {
  /** The instant as of which the customers were summarised, in milliseconds since 1970 (UTC). */
  readonly asOf: number;
  /** The version that the new one continues; null for the first one. */
  readonly previous: SegmentsArtefact | null;
  /** Names that operators have given to segments, by id: the last names of segments that end with this version. */
  readonly editedNames?: ReadonlyMap<number, string>;
  readonly seed: number;
  /** @param progress from 0 to 1 */
  readonly onProgress?: (progress: number, stage: string) => void;
}

/** How the new version relates to the previous one, both assigning the same customers as of the same instant. */
export interface SegmentContinuity {
  /** Whether the previous version's encoding is used. */
  readonly sameEncoding: boolean;
  /** Weight of the previous centroids; null if the fit did not continue from them. */
  readonly historyWeight: number | null;
  /** Share of the customers whose segment would change with weight 0; null if that was not tried. */
  readonly changedWithoutHistory: number | null;
  /** Mean squared distance divided by that of the best fit without regard to the previous version. */
  readonly distanceRatio: number;
  readonly adjustedRandIndex: number;
  /** Share of the customers whose segment id differs. */
  readonly changedShare: number;
  /** Segments that continue, with the Jaccard coefficients of their customers. */
  readonly retained: readonly { readonly id: number; readonly jaccard: number }[];
  readonly added: readonly number[];
  readonly retired: readonly number[];
}

export interface SegmentsFit {
  readonly artefact: SegmentsArtefact;
  readonly customers: number;
  readonly rule: SegmentCountRule;
  /** One row per number of segments, on a sample of the customers. */
  readonly stability: readonly SegmentStability[];
  /** Mean squared distance of the customers to their centroids. */
  readonly distance: number;
  /** Null for a first version. */
  readonly continuity: SegmentContinuity | null;
  /** For the gate. */
  readonly heldOut: HeldOutDistances;
}

/** Why no version could be fitted. */
export interface NoSegments {
  readonly reason: string;
}

/**
 * Fits the segments of a shop's customers, and lets them continue those of the previous version: see docs/models.md,
 * Segments. The same arguments give the same version, byte for byte.
 *
 * Cost: about 100 k-means fits of at most 5,000 customers, and at most eleven of all; a second per 20,000 customers.
 * Memory: 300 bytes per customer.
 * @param customers those with enough orders for a segment, in a sequence that does not depend on chance
 */
export function fitSegments(
  customers: readonly SegmentFeatures[],
  { asOf, previous, editedNames = new Map(), seed, onProgress = () => {} }: FitSegmentsOptions,
): SegmentsFit | NoSegments {
  const minCustomers = MIN_SEGMENTS * MIN_CUSTOMERS_PER_SEGMENT;
  if (customers.length < minCustomers)
    return { reason: `${customers.length} customers with an order; segments need at least ${minCustomers}` };
  onProgress(0, 'encoding customers');
  const freshEncoding = fitSegmentEncoding(customers);
  const sameEncoding = previous !== null && encodingStillFits(previous.encoding, freshEncoding);
  const encoding = sameEncoding ? previous.encoding : freshEncoding;
  const design = encodedDesign(encoding, customers);
  const before = previous === null ? null : assignBy(previous, customers);
  const previousCentroids = (rows: DesignMatrix, assignments: Int32Array): Float64Array =>
    sameEncoding
      ? Float64Array.from(previous.segments.flatMap(({ centroid }) => [...centroid]))
      : clusterMeans(rows, assignments, previous!.segments.length);

  const sample = rowsOf(design, randomRows(design.rows, MAX_SAMPLE, seed));
  const choice = chooseSegmentCount(sample, previous?.segments.length ?? null, seed, (progress) =>
    onProgress(0.1 + 0.6 * progress, 'choosing the number of segments'),
  );
  onProgress(0.7, 'fitting all customers');
  let fit: CentroidFit | undefined;
  for (const { segments, centroids } of choice.candidates) {
    const continues = before !== null && previous!.segments.length === segments;
    const found = continues
      ? refitCentroids(design, previousCentroids(design, before), centroids)
      : fitCentroids(design, centroids);
    if (smallestShare(found, segments) < MIN_SEGMENT_SHARE) continue;
    fit = found;
    break;
  }
  if (fit === undefined)
    return {
      reason: `no number of segments from ${MIN_SEGMENTS} to ${MAX_SEGMENTS} leaves each segment ${100 * MIN_SEGMENT_SHARE} % of the customers`,
    };
  const count = fit.centroids.length / design.columns;
  const match = matchSegments(
    { ids: previous?.segments.map(({ id }) => id) ?? [], nextId: previous?.nextId ?? 1 },
    before ?? new Int32Array(design.rows),
    count,
    fit.assignments,
  );
  const profiles = segmentProfiles(encoding, customers, design, fit.assignments, count);
  const shop = segmentProfiles(encoding, customers, design, new Int32Array(design.rows), 1)[0]!;
  const sizes = new Float64Array(count);
  for (const segment of fit.assignments) sizes[segment]!++;
  const unnamed = profiles.map((profile, s) => ({ id: match.ids[s]!, size: sizes[s]!, profile }));
  const names = nameSegments(
    unnamed,
    shop,
    encoding.categories.map(({ name }) => name),
    new Map(previous?.segments.map(({ id, terms }) => [id, terms])),
  );
  const segments = unnamed.map((segment, s): Segment => ({
    ...segment,
    ...names[s]!,
    description: describeSegment(segment),
    centroid: fit.centroids.slice(s * design.columns, (s + 1) * design.columns),
  }));
  const lastName = (id: number): string =>
    editedNames.get(id) ?? previous!.segments.find((segment) => segment.id === id)!.name;
  const artefact: SegmentsArtefact = {
    asOf,
    encoding,
    segments: segments.sort((a, b) => a.id - b.id),
    nextId: match.nextId,
    retired: [...(previous?.retired ?? []), ...match.retired.map((id) => ({ id, name: lastName(id) }))]
      .sort((a, b) => a.id - b.id)
      .slice(-MAX_RETIRED),
  };
  onProgress(0.9, 'measuring on held-out customers');
  const heldOut = heldOutDistances(design, {
    segments: count,
    seed,
    continues: before !== null && previous!.segments.length === count,
    previous:
      before === null
        ? null
        : (rows, places) =>
            previousCentroids(
              rows,
              places.map((row) => before[row]!),
            ),
  });
  onProgress(1, 'fitted');
  return {
    artefact,
    customers: customers.length,
    rule: choice.rule,
    stability: choice.stability,
    distance: fit.distance,
    continuity:
      before === null
        ? null
        : {
            sameEncoding,
            historyWeight: fit.historyWeight,
            changedWithoutHistory: fit.movedWithoutHistory,
            distanceRatio: fit.distanceRatio,
            adjustedRandIndex: adjustedRandIndex(before, fit.assignments),
            changedShare: changedShare(before, previous!, fit.assignments, match.ids),
            retained: match.ids.flatMap((id, s) =>
              match.jaccards[s] === null ? [] : [{ id, jaccard: match.jaccards[s]! }],
            ),
            added: match.ids.filter((_, s) => match.jaccards[s] === null),
            retired: match.retired,
          },
    heldOut,
  };
}

/** The segment of each customer by a version, as an index of its segments. */
function assignBy(artefact: SegmentsArtefact, customers: readonly SegmentFeatures[]): Int32Array {
  const places = new Map(artefact.segments.map(({ id }, place) => [id, place]));
  const assign = featureAssigner(artefact);
  return Int32Array.from(customers, (customer) => places.get(assign(customer).segmentId)!);
}

function changedShare(before: Int32Array, previous: SegmentsArtefact, now: Int32Array, ids: readonly number[]): number {
  const changed = now.filter((segment, row) => ids[segment] !== previous.segments[before[row]!]!.id);
  return changed.length / now.length;
}

/** Draws at most `limit` rows without replacement, ascending. */
function randomRows(rows: number, limit: number, seed: number): Int32Array {
  const random = seededRandom(seed);
  const drawn: number[] = [];
  // Selection sampling (Knuth, The Art of Computer Programming 2, algorithm S).
  for (let row = 0; row < rows && drawn.length < limit; row++)
    if (random() * (rows - row) < limit - drawn.length) drawn.push(row);
  return Int32Array.from(drawn);
}
