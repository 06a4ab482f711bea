import { MS_PER_DAY } from '../../learn/durations';
import { adjustedRandIndex } from '../../learn/adjusted-rand-index';
import { segmentAssigner } from '../../customers/segments/assign-segment';
import type { SegmentCountRule, SegmentStability } from '../../customers/segments/choose-segment-count';
import { fitSegments, type SegmentContinuity } from '../../customers/segments/fit-segments';
import { segmentFeatures } from '../../customers/segments/segment-features';
import { summarizePurchases, type PurchaseLine } from '../../features/purchase-summary';

const REFIT_DAYS = 30;

export interface SegmentEvaluationOptions {
  /** Lines at or after it are ignored. Milliseconds since 1970 (UTC). */
  readonly cut: number;
  readonly seed: number;
  readonly onProgress: (message: string) => void;
}

export interface SegmentRow {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  /** Number of customers as of the cut. */
  readonly size: number;
  /** Share of the customers that have a segment. */
  readonly share: number;
}

/** The customers as of the cut, assigned by the version of 30 days before and by the refit as of the cut. */
export interface RefitCheck extends SegmentContinuity {
  /** As of when the earlier version was fitted, in milliseconds since 1970 (UTC). */
  readonly previousAsOf: number;
  readonly previousSegments: number;
  /** Mean squared distances of held-out customers, in the refit's encoding. */
  readonly heldOut: { readonly candidate: number; readonly incumbent: number; readonly oneSegment: number };
}

/** Plain data. */
export interface SegmentReport {
  readonly cut: number;
  /** Customers with a segment. */
  readonly customers: number;
  /** Customers who have lines before the cut, but too few orders for a segment. */
  readonly newCustomers: number;
  /** The segments of the refit, or of a first fit if there is no earlier version. Empty if none could be fitted. */
  readonly segments: readonly SegmentRow[];
  readonly rule: SegmentCountRule | null;
  readonly stability: readonly SegmentStability[];
  /** Null if no version could be fitted for one of the two instants. */
  readonly refit: RefitCheck | null;
  /** Why there are no segments, or no refit. */
  readonly reason: string | null;
}

/** Fits segments as of 30 days before the cut, refits them as of the cut, and compares the two versions. */
export function evaluateSegments(
  customers: ReadonlyMap<string, readonly PurchaseLine[]>,
  { cut, seed, onProgress }: SegmentEvaluationOptions,
): SegmentReport {
  const ids = [...customers.keys()].sort();
  const summariesAsOf = (asOf: number) => ids.map((id) => summarizePurchases(customers.get(id)!, asOf));
  const featuresOf = (summaries: ReturnType<typeof summariesAsOf>) =>
    summaries.map(segmentFeatures).filter((features) => features !== null);
  const previousAsOf = cut - REFIT_DAYS * MS_PER_DAY;
  onProgress(`segments as of ${dateOf(previousAsOf)}`);
  const earlier = fitSegments(featuresOf(summariesAsOf(previousAsOf)), { asOf: previousAsOf, previous: null, seed });
  onProgress(`segments as of ${dateOf(cut)}`);
  const summaries = summariesAsOf(cut);
  const features = featuresOf(summaries);
  const previous = 'reason' in earlier ? null : earlier.artefact;
  const fit = fitSegments(features, { asOf: cut, previous, seed });
  const newCustomers = ids.filter(
    (id, at) => customers.get(id)!.some((line) => line.at < cut) && segmentFeatures(summaries[at]) === null,
  ).length;
  const counts = { cut, customers: features.length, newCustomers };
  if ('reason' in fit) return { ...counts, segments: [], rule: null, stability: [], refit: null, reason: fit.reason };
  const assigners = [fit.artefact, ...(previous === null ? [] : [previous])].map(segmentAssigner);
  const [now, before] = assigners.map((assign) =>
    summaries.map((summary) => assign(summary).segmentId).filter((id) => id !== 'NEW'),
  );
  return {
    ...counts,
    segments: fit.artefact.segments.map(({ id, name, description, size }) => ({
      id,
      name,
      description,
      size,
      share: size / features.length,
    })),
    rule: fit.rule,
    stability: fit.stability,
    refit:
      previous === null || fit.continuity === null || fit.heldOut.incumbent === null
        ? null
        : {
            ...fit.continuity,
            // Recounted with what serving uses.
            adjustedRandIndex: adjustedRandIndex(before, now),
            changedShare: now.filter((id, at) => id !== before[at]).length / now.length,
            previousAsOf,
            previousSegments: previous.segments.length,
            heldOut: {
              candidate: mean(fit.heldOut.candidate),
              incumbent: mean(fit.heldOut.incumbent),
              oneSegment: mean(fit.heldOut.baseline),
            },
          },
    reason: 'reason' in earlier ? `no version as of ${dateOf(previousAsOf)}: ${earlier.reason}` : null,
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function dateOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
