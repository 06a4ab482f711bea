import { adjustedRandIndex } from '../../learn/adjusted-rand-index';
import { bootstrapStability, rowsOf } from '../../learn/cluster-stability';
import type { DesignMatrix } from '../../learn/design-matrix';
import { fitKMeans } from '../../learn/k-means';
import { seededRandom } from '../../learn/seeded-random';
import { featureAssigner } from './assign-segment';
import {
  chooseSegmentCount,
  MAX_SEGMENTS,
  MIN_SEGMENT_SHARE,
  MIN_SEGMENTS,
  MIN_RETAINED_STABILITY,
  RESAMPLES,
  STARTS,
  type SegmentCountRule,
  type SegmentStability,
} from './choose-segment-count';
import { heldOutDistances, type EarlierSegments, type HeldOutDistances } from './held-out-distances';
import { matchSegments } from './match-segments';
import { describeSegment, nameSegments } from './name-segments';
import {
  assignRows,
  clusterMeans,
  continueCentroids,
  fitCentroids,
  smallestShare,
  type CentroidFit,
  type ContinuedFit,
} from './refit-centroids';
import { encodedDesign, encodingStillFits, fitSegmentEncoding, type SegmentEncoding } from './segment-encoding';
import type { SegmentFeatures } from './segment-features';
import { segmentProfiles } from './segment-profile';
import { MAX_RETIRED, type CustomerSegment, type SegmentsArtefact } from './segments-artefact';

const MIN_CUSTOMERS_PER_SEGMENT = 25;
/** No segment has fewer customers, so that its description and its centroid are not those of single persons. */
const MIN_SEGMENT_SIZE = 10;
/** Encoding and centroids are fitted on a random sample of this many customers. */
const MAX_FITTED = 30_000;
/** The number of segments is chosen on a random sample of this many of them. */
const MAX_COMPARED = 3_000;

export interface FitSegmentsOptions {
  /** The instant as of which the customers were summarised, in milliseconds since 1970 (UTC). */
  readonly asOf: number;
  /** The currency of amounts, such as `EUR`. Default: `XXX`, the code of ISO 4217 for no currency. */
  readonly currency?: string;
  /** The version that the new one continues; null for the first one. */
  readonly previous: SegmentsArtefact | null;
  /** Ids below it are not given to new segments. Default: those that the previous version has not given. */
  readonly minNextId?: number;
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
  /** Mean squared distance of the customers to their centroids, on the sample that was fitted. */
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
 * Cost: about 250 k-means fits of at most 3,000 customers and at most a dozen of at most 30,000. All others are only
 * encoded and assigned. Memory: 8 bytes per customer and column.
 * @param customers those with enough orders for a segment, in a sequence that does not depend on chance
 */
export function fitSegments(
  customers: readonly SegmentFeatures[],
  {
    asOf,
    currency = 'XXX',
    previous,
    minNextId = 1,
    editedNames = new Map(),
    seed,
    onProgress = () => {},
  }: FitSegmentsOptions,
): SegmentsFit | NoSegments {
  const minCustomers = MIN_SEGMENTS * MIN_CUSTOMERS_PER_SEGMENT;
  if (customers.length < minCustomers)
    return { reason: `${customers.length} customers with an order; segments need at least ${minCustomers}` };
  onProgress(0, 'encoding customers');
  const places = randomRows(customers.length, MAX_FITTED, seed);
  const freshEncoding = fitSegmentEncoding(Array.from(places, (place) => customers[place]!));
  const sameEncoding = previous !== null && encodingStillFits(previous.encoding, freshEncoding);
  const encoding = sameEncoding ? previous.encoding : freshEncoding;
  const everyone = encodedDesign(encoding, customers);
  const fitted = rowsOf(everyone, places);
  const before = previous === null ? null : assignBy(previous, customers);
  const earlier: EarlierSegments | null =
    previous === null || before === null
      ? null
      : {
          segments: previous.segments.length,
          assignments: places.map((place) => before[place]!),
          centroids: (rows, assignments) =>
            sameEncoding
              ? Float64Array.from(previous.segments.flatMap(({ centroid }) => [...centroid]))
              : clusterMeans(rows, assignments, previous.segments.length),
        };

  const compared = rowsOf(fitted, randomRows(fitted.rows, MAX_COMPARED, seed));
  const choice = chooseSegmentCount(compared, seed, (progress) =>
    onProgress(0.1 + 0.5 * progress, 'choosing the number of segments'),
  );
  onProgress(0.6, 'fitting segments');
  const continued = earlier === null ? null : continueSegments(fitted, compared, earlier, seed);
  const minShare = Math.max(MIN_SEGMENT_SHARE, MIN_SEGMENT_SIZE / everyone.rows);
  const isLargeEnough = ({ centroids }: CentroidFit): boolean =>
    smallestShare(assignRows(everyone, centroids), centroids.length / everyone.columns) >= minShare;
  let fit: CentroidFit | undefined = continued !== null && isLargeEnough(continued) ? continued : undefined;
  const isContinued = fit !== undefined;
  for (const { centroids } of fit === undefined ? choice.candidates : []) {
    const found = fitCentroids(fitted, centroids);
    if (!isLargeEnough(found)) continue;
    fit = found;
    break;
  }
  if (fit === undefined)
    return {
      reason: `no number of segments from ${MIN_SEGMENTS} to ${MAX_SEGMENTS} leaves each segment ${100 * MIN_SEGMENT_SHARE} % of the customers, and at least ${MIN_SEGMENT_SIZE} of them`,
    };
  const assignments = assignRows(everyone, fit.centroids);
  const count = fit.centroids.length / everyone.columns;
  const match = matchSegments(
    { ids: previous?.segments.map(({ id }) => id) ?? [], nextId: Math.max(previous?.nextId ?? 1, minNextId) },
    before ?? new Int32Array(everyone.rows),
    count,
    assignments,
  );
  const segments = describeSegments(encoding, customers, everyone, { ...fit, assignments }, match.ids, previous);
  const lastName = (id: number): string =>
    editedNames.get(id) ?? previous!.segments.find((segment) => segment.id === id)!.name;
  const artefact: SegmentsArtefact = {
    asOf,
    currency,
    encoding,
    segments: [...segments].sort((a, b) => a.id - b.id),
    nextId: match.nextId,
    retired: [...(previous?.retired ?? []), ...match.retired.map((id) => ({ id, name: lastName(id) }))]
      .sort((a, b) => a.id - b.id)
      .slice(-MAX_RETIRED),
  };
  onProgress(0.9, 'measuring on held-out customers');
  const heldOut = heldOutDistances(fitted, { segments: count, seed, earlier, continues: isContinued });
  onProgress(1, 'fitted');
  return {
    artefact,
    customers: customers.length,
    rule: isContinued ? 'PREVIOUS' : choice.rule,
    stability: choice.stability,
    distance: fit.distance,
    continuity:
      before === null
        ? null
        : {
            sameEncoding,
            historyWeight: isContinued ? continued!.historyWeight : null,
            changedWithoutHistory: isContinued ? continued!.movedWithoutHistory : null,
            distanceRatio: isContinued ? continued!.distanceRatio : 1,
            adjustedRandIndex: adjustedRandIndex(before, assignments),
            changedShare: changedShare(before, previous!, assignments, match.ids),
            retained: match.ids.flatMap((id, s) =>
              match.jaccards[s] === null ? [] : [{ id, jaccard: match.jaccards[s]! }],
            ),
            added: match.ids.filter((_, s) => match.jaccards[s] === null),
            retired: match.retired,
          },
    heldOut,
  };
}

/** Gives the clusters of a fit their ids, profiles, names and descriptions. */
function describeSegments(
  encoding: SegmentEncoding,
  customers: readonly SegmentFeatures[],
  design: DesignMatrix,
  { centroids, assignments }: CentroidFit,
  ids: readonly number[],
  previous: SegmentsArtefact | null,
): CustomerSegment[] {
  const { rows, columns } = design;
  const profiles = segmentProfiles(encoding, customers, design, assignments, ids.length);
  const shop = segmentProfiles(encoding, customers, design, new Int32Array(rows), 1)[0]!;
  const sizes = new Float64Array(ids.length);
  for (const segment of assignments) sizes[segment]!++;
  const unnamed = profiles.map((profile, s) => ({ id: ids[s]!, size: sizes[s]!, profile }));
  const names = nameSegments(
    unnamed,
    shop,
    encoding.categories.map(({ name }) => name),
    new Map(previous?.segments.map(({ id, terms }) => [id, terms])),
  );
  return unnamed.map((segment, s) => ({
    ...segment,
    ...names[s]!,
    description: describeSegment(segment),
    centroid: centroids.slice(s * columns, (s + 1) * columns),
  }));
}

/**
 * Continues the previous version's segments with as many centroids. Returns null if that fits too badly, or if a segment
 * is not stable when the fit is continued on resamples of the customers.
 */
function continueSegments(
  fitted: DesignMatrix,
  compared: DesignMatrix,
  earlier: EarlierSegments,
  seed: number,
): ContinuedFit | null {
  const clusters = earlier.segments;
  const start = fitKMeans({ design: compared, clusters, seed, restarts: STARTS }).centroids;
  const fit = continueCentroids(fitted, earlier.centroids(fitted, earlier.assignments), earlier.assignments, start);
  if (fit === null) return null;
  const { centroids } = fit;
  const found = { centroids, assignments: assignRows(compared, centroids) };
  const stability = bootstrapStability(compared, found, { seed, resamples: RESAMPLES });
  return stability.every(({ jaccard }) => jaccard >= MIN_RETAINED_STABILITY) ? fit : null;
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
