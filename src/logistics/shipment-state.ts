import { byTime, SCAN_TYPES, type ScanType } from './parcel';
import type { RecordedScan } from './shipment-event';

/** PENDING: no scan yet. */
export const SHIPMENT_STATUSES = ['PENDING', ...SCAN_TYPES] as const;
export type ShipmentStatus = (typeof SHIPMENT_STATUSES)[number];

/**
 * Maximum number of scans that are retained of a shipment: the newest. Carriers send about ten; so many come only from a
 * mistake.
 */
export const MAX_SCANS = 300;

export interface ShipmentState {
  readonly status: ShipmentStatus;
  /** When the status was reached, in milliseconds since 1970 (UTC); null if there is no scan. */
  readonly statusAt: number | null;
  /** Where the parcel was scanned last, as far as the carrier says. */
  readonly place: string | null;
  /** In milliseconds since 1970 (UTC); null unless the status is DELIVERED. */
  readonly deliveredAt: number | null;
  /** Number of attempts at delivery that failed. */
  readonly failedAttempts: number;
  /** The scans that contradict an earlier one, such as a scan in a hub after the delivery. They are stored and shown. */
  readonly contradictions: ReadonlySet<RecordedScan>;
}

/**
 * Returns the scans in order of time, without repeats and without those that are too many. The result does not depend
 * on their order.
 */
export function sortScans(scans: readonly RecordedScan[]): RecordedScan[] {
  const sorted = [...scans].sort((a, b) => byTime({ ...a, hub: null }, { ...b, hub: null }) || compareIds(a, b));
  const isRepeat = (scan: RecordedScan, previous: RecordedScan | undefined) =>
    scan.at === previous?.at && scan.id === previous.id;
  return sorted.filter((scan, index) => !isRepeat(scan, sorted[index - 1])).slice(-MAX_SCANS);
}

/**
 * Derives the state of a shipment from its scans. The newest scan determines the status, with these exceptions:
 *
 * - DELIVERED ends the journey. Later scans are contradictions. Of these, only RETURNED changes the status.
 * - From RETURNING or RETURNED on, the parcel goes back to its sender. Only RETURNED and LOST change the status, because
 *   carriers report the way back with the same scans. A delivery is then a contradiction: it may be the delivery to the
 *   sender.
 *
 * @param scans in the order of {@link sortScans}
 */
export function stateOf(scans: readonly RecordedScan[]): ShipmentState {
  const contradictions = new Set<RecordedScan>();
  let last: Pick<RecordedScan, 'at'> & { readonly type: ShipmentStatus } = { type: 'PENDING', at: 0 };
  let [place, failedAttempts]: [string | null, number] = [null, 0];
  let isGoingBack = false;
  for (const scan of scans) {
    const { type } = scan;
    place = scan.place ?? place;
    if (type === 'DELIVERY_ATTEMPTED') failedAttempts++;
    if (isContradiction(type, last.type, isGoingBack)) contradictions.add(scan);
    if (changesStatus(type, last.type, isGoingBack)) last = scan;
    if (last.type === 'RETURNING' || last.type === 'RETURNED') isGoingBack = true;
  }
  const deliveredAt = last.type === 'DELIVERED' ? last.at : null;
  const statusAt = last.type === 'PENDING' ? null : last.at;
  return { status: last.type, statusAt, place, deliveredAt, failedAttempts, contradictions };
}

function isContradiction(type: ScanType, status: ShipmentStatus, isGoingBack: boolean): boolean {
  if (status === 'DELIVERED' || status === 'RETURNED') return type !== status;
  return isGoingBack && type === 'DELIVERED';
}

function changesStatus(type: ScanType, status: ShipmentStatus, isGoingBack: boolean): boolean {
  if (status === 'RETURNED') return false;
  if (status === 'DELIVERED') return type === 'RETURNED';
  return !isGoingBack || type === 'RETURNED' || type === 'LOST';
}

function compareIds(a: RecordedScan, b: RecordedScan): number {
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}
