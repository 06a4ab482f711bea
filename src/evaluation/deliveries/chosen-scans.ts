import { appendTo } from '../../learn/group-by';
import { seededRandom } from '../../learn/seeded-random';
import {
  isTransitStage,
  laneOf,
  type Parcel,
  type Scan,
  type TrackedParcel,
  type TransitStage,
} from '../../logistics/parcel';

/**
 * Draws at most one scan of each parcel in each stage, so that the results in a stage are independent. The number of the
 * scan, such as the second hub, is drawn from those that the lane's past parcels usually have. It must not depend on the
 * parcel's own number of scans: a failed attempt leads to another tour, so a tour drawn from all would succeed too often.
 * @param past parcels that were known before the others
 */
export function chosenScans(
  parcels: readonly TrackedParcel[],
  past: readonly TrackedParcel[],
  seed: number,
): ReadonlySet<Scan> {
  const usualCount = usualScanCounts(past);
  const random = seededRandom(seed);
  const chosen = new Set<Scan>();
  for (const parcel of parcels)
    for (const [stage, scans] of scansByStage(parcel)) {
      const scan = scans[Math.floor(random() * usualCount(parcel, stage))];
      if (scan !== undefined) chosen.add(scan);
    }
  return chosen;
}

/** Returns the median number of scans in a stage, of past parcels on the lane that were in it; 1 if there were none. */
function usualScanCounts(past: readonly TrackedParcel[]): (parcel: Parcel, stage: TransitStage) => number {
  const counts = new Map<string, number[]>();
  const keyOf = (parcel: Parcel, stage: TransitStage) => `${stage}\n${parcel.carrier}\n${laneOf(parcel)}`;
  for (const parcel of past)
    for (const [stage, scans] of scansByStage(parcel)) appendTo(counts, keyOf(parcel, stage), scans.length);
  const medians = new Map([...counts].map(([key, all]) => [key, all.sort((a, b) => a - b)[all.length >> 1]]));
  return (parcel, stage) => medians.get(keyOf(parcel, stage)) ?? 1;
}

function scansByStage({ scans }: TrackedParcel): Map<TransitStage, Scan[]> {
  const byStage = new Map<TransitStage, Scan[]>();
  for (const scan of scans) if (isTransitStage(scan.type)) appendTo(byStage, scan.type, scan);
  return byStage;
}
