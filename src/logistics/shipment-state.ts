import { byTime, SCAN_TYPES, type ScanType } from './parcel';
import type { RecordedScan, ScanVoid, Void } from './shipment-event';

/** PENDING: no scan yet. VOIDED: the shop has voided the shipment. */
export const SHIPMENT_STATUSES = ['PENDING', ...SCAN_TYPES, 'VOIDED'] as const;
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
  /** When it was delivered, also if it was returned later; null if it was not. */
  readonly arrivedAt: number | null;
  /** When it was delivered for the first time, also if it has moved again since; null if it was not. */
  readonly firstArrivedAt: number | null;
  /** Number of attempts at delivery that failed. */
  readonly failedAttempts: number;
  /** The scans that contradict an earlier one, such as a scan in a hub after the delivery. They are stored and shown. */
  readonly contradictions: ReadonlySet<RecordedScan>;
}

/**
 * Returns the scans in order of time: the newest version of each, without those that were voided and those that are too
 * many. The result does not depend on their order.
 * @param voids at most one of each scan
 */
export function sortScans(scans: readonly RecordedScan[], voids: readonly ScanVoid[] = []): RecordedScan[] {
  const voidOf = new Map(voids.map((each) => [each.scanId, each]));
  const newest = new Map<string, RecordedScan>();
  for (const scan of scans) {
    const other = newest.get(scan.id);
    if (other === undefined || isNewer(scan, other)) newest.set(scan.id, scan);
  }
  const counted = [...newest.values()].filter((scan) => !isVoided(scan, voidOf.get(scan.id)));
  counted.sort((a, b) => byTime({ ...a, hub: null }, { ...b, hub: null }) || compareIds(a, b));
  return counted.slice(-MAX_SCANS);
}

/** Compares two versions of a scan. If both have the same `updatedAt`, that of the later scan counts. */
function isNewer(a: RecordedScan, b: RecordedScan): boolean {
  const difference = a.updatedAt - b.updatedAt || a.at - b.at;
  return difference === 0 ? contentOf(a) > contentOf(b) : difference > 0;
}

/** Returns a text that is the same for the same content only: of two contents of the same times, one must count. */
function contentOf({ type, timeZone, place, rawCode, description }: RecordedScan): string {
  return JSON.stringify([type, timeZone, place, rawCode, description]);
}

/** Returns whether a version was voided: what is sent again with the same or an older `updatedAt` stays so. */
export function isVoided({ updatedAt }: { readonly updatedAt: number }, voided: Void | null | undefined): boolean {
  return voided != null && updatedAt <= voided.updatedAt;
}

/**
 * Derives the state of a shipment from its scans. The newest scan determines the status, with these exceptions:
 *
 * - DELIVERED ends the journey. Later scans are contradictions. Of these, only RETURNED changes the status. A second
 *   DELIVERED counts in place of the first if a scan between them says that the parcel has moved; else it is a repeat.
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
  let [isGoingBack, hasMoved] = [false, false];
  let [arrivedAt, firstArrivedAt]: [number | null, number | null] = [null, null];
  for (const scan of scans) {
    const { type } = scan;
    place = scan.place ?? place;
    if (type === 'DELIVERY_ATTEMPTED') failedAttempts++;
    if (isContradiction(type, last.type, isGoingBack)) contradictions.add(scan);
    const isSecondDelivery = type === 'DELIVERED' && last.type === 'DELIVERED' && hasMoved;
    if (isSecondDelivery || changesStatus(type, last.type, isGoingBack)) {
      last = scan;
      hasMoved = false;
      if (type === 'DELIVERED') {
        arrivedAt = scan.at;
        firstArrivedAt ??= scan.at;
      }
    } else hasMoved ||= MOVEMENTS.has(type);
    if (last.type === 'RETURNING' || last.type === 'RETURNED') isGoingBack = true;
  }
  const deliveredAt = last.type === 'DELIVERED' ? last.at : null;
  const statusAt = last.type === 'PENDING' ? null : last.at;
  return { status: last.type, statusAt, place, deliveredAt, arrivedAt, firstArrivedAt, failedAttempts, contradictions };
}

/** The scans that a carrier makes only of a parcel that is not with its recipient. */
const MOVEMENTS: ReadonlySet<ScanType> = new Set([
  ...(['PICKED_UP', 'HUB_IN', 'HUB_OUT', 'CUSTOMS', 'OUT_FOR_DELIVERY'] as const),
  ...(['DELIVERY_ATTEMPTED', 'AVAILABLE_FOR_PICKUP'] as const),
]);

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
