import type { ParcelNotice } from '../events/log-event';
import { MS_PER_HOUR } from '../learn/durations';
import { isTransitStage, type ScanType } from './parcel';
import { stateOfShipment, type ShipmentFacts, type TrackedShipment } from './shipment';

/** Something that is to be noticed of a parcel. Times are in milliseconds since 1970 (UTC). */
export interface Notice {
  readonly name: ParcelNotice;
  /** Since when it is so. */
  readonly at: number;
  /** Of a parcel that is stuck: when it was heard of last. */
  readonly since?: number;
  /** Of a delivery, and of one that turned out to be none: which one, from 1. */
  readonly number?: number;
}

/** Minimum time without a scan, in hours, after which a parcel is stuck. */
export const MIN_QUIET_HOURS = 24;
const EXCEPTIONS: readonly ScanType[] = ['EXCEPTION', 'RETURNING', 'RETURNED', 'LOST', 'EXPIRED'];

type Watched = Pick<TrackedShipment, 'newest' | 'scans' | 'voids' | 'startedAt' | 'noticed'>;

/**
 * Returns what is to be noticed of a parcel now or later, each once: its delivery, its first exception, and that it is
 * not delivered at the promised time. That it is stuck is noticed again after a further scan, and a delivery after one
 * that turned out to be none, which is noticed, too. Parcels without a record, those that customers send back and those
 * that are voided have no other notices.
 * @param stuckAt when it is stuck if no scan arrives before, in milliseconds since 1970 (UTC); undefined if it can't be
 */
export function openNotices(shipment: Watched, stuckAt: number | undefined): Notice[] {
  const { newest, scans, noticed } = shipment;
  const { status, deliveredAt, arrivedAt } = stateOfShipment(shipment);
  const { delivery } = noticed;
  if (delivery?.isWithdrawn === false && (newest?.record.kind !== 'OUTBOUND' || arrivedAt !== delivery.at))
    return [{ name: 'parcel_delivered_withdrawn', at: delivery.at, number: delivery.number }];
  if (newest?.record.kind !== 'OUTBOUND' || status === 'VOIDED') return [];
  const { promisedAt } = newest.record;
  const exception = scans.find(({ type }) => EXCEPTIONS.includes(type));
  const isLate = promisedAt !== null && (deliveredAt ?? Infinity) > promisedAt;
  const once: Notice[] = [];
  if (deliveredAt !== null && delivery?.isWithdrawn !== false)
    once.push({ name: 'parcel_delivered', at: deliveredAt, number: (delivery?.number ?? 0) + 1 });
  if (exception !== undefined && noticed.parcel_exception === undefined)
    once.push({ name: 'parcel_exception', at: exception.at });
  if (isLate && noticed.parcel_late === undefined) once.push({ name: 'parcel_late', at: promisedAt });
  const since = quietSince(shipment);
  if (stuckAt === undefined || since === undefined || since <= (noticed.parcel_stuck ?? -Infinity)) return once;
  return [...once, { name: 'parcel_stuck', at: stuckAt, since }];
}

/** Returns when a parcel was heard of last, in milliseconds since 1970 (UTC); undefined if no scan is expected. */
export function quietSince(shipment: Omit<Watched, 'noticed'>): number | undefined {
  return isExpected(shipment) ? (shipment.scans.at(-1)?.at ?? shipment.startedAt) : undefined;
}

/** Returns whether it was noticed that a parcel is stuck, and no scan has come since. */
export function isStuck(shipment: Omit<Watched, 'startedAt'>): boolean {
  const { scans, noticed } = shipment;
  if (noticed.parcel_stuck === undefined || !isExpected(shipment)) return false;
  return (scans.at(-1)?.at ?? -Infinity) <= noticed.parcel_stuck;
}

/** Returns whether a further scan is expected. */
function isExpected(shipment: ShipmentFacts): boolean {
  const { status } = stateOfShipment(shipment);
  return status === 'PENDING' || (status !== 'VOIDED' && isTransitStage(status));
}

/**
 * Returns the earliest time at which something may have to be noticed, in milliseconds since 1970 (UTC); undefined for
 * never. A parcel is not stuck before {@link MIN_QUIET_HOURS}.
 */
export function nextCheck(shipment: Watched): number | undefined {
  const quiet = quietSince(shipment);
  const times = openNotices(shipment, quiet === undefined ? undefined : quiet + MIN_QUIET_HOURS * MS_PER_HOUR).map(
    ({ at }) => at,
  );
  return times.length === 0 ? undefined : Math.min(...times);
}
