import type { ParcelNotice } from '../events/log-event';
import { MS_PER_HOUR } from '../learn/durations';
import { isTransitStage, type ScanType } from './parcel';
import { openPromise, recordingOfPromise, stateOfShipment, type ShipmentFacts, type TrackedShipment } from './shipment';

/** Something that is to be noticed of a parcel. Times are in milliseconds since 1970 (UTC). */
export interface Notice {
  readonly name: ParcelNotice;
  /** Since when it is so. */
  readonly at: number;
  /** When it is recorded. */
  readonly dueAt: number;
  /** Of a parcel that is stuck: when it was heard of last. */
  readonly since?: number;
  /** Of a parcel that is delivered or late, or no longer: for which time, from 1. */
  readonly number?: number;
}

/** Minimum time without a scan, in hours, after which a parcel is stuck. */
export const MIN_QUIET_HOURS = 24;
const EXCEPTIONS: readonly ScanType[] = ['EXCEPTION', 'RETURNING', 'RETURNED', 'LOST', 'EXPIRED'];

type Watched = Pick<TrackedShipment, 'newest' | 'scans' | 'voids' | 'startedAt' | 'noticed'>;

/**
 * Returns what is to be noticed of a parcel now or later: its first exception; that it is delivered or late, or no longer;
 * and that it is stuck, again after a further scan. Parcels without a record, those that customers send back and those
 * that are voided have no notices but such that withdraw others.
 * @param stuckAt when it is stuck if no scan arrives before, in milliseconds since 1970 (UTC); undefined if it can't be
 * @param lateGraceMs how long a parcel is not called late after its promise, or after the promise was recorded
 */
export function openNotices(shipment: Watched, stuckAt: number | undefined, lateGraceMs: number): Notice[] {
  const { newest, scans, noticed } = shipment;
  const delivery = deliveryNotice(shipment);
  const notices = delivery === undefined ? [] : [delivery];
  const add = (name: ParcelNotice, at: number, more: Partial<Notice> = {}) =>
    notices.push({ name, at, dueAt: at, ...more });
  if (newest?.record.kind === 'OUTBOUND' && stateOfShipment(shipment).status !== 'VOIDED') {
    const exception = scans.find(({ type }) => EXCEPTIONS.includes(type));
    if (exception !== undefined && noticed.parcel_exception === undefined) add('parcel_exception', exception.at);
    const since = quietSince(shipment);
    if (stuckAt !== undefined && since !== undefined && since > (noticed.parcel_stuck ?? -Infinity))
      add('parcel_stuck', stuckAt, { since });
  }
  const late = lateNotice(shipment, lateGraceMs);
  return late === undefined ? notices : [...notices, late];
}

/**
 * Returns the notice that a parcel is delivered. If that was noticed before: the notice that withdraws it, because it was
 * not delivered, or at another time.
 */
function deliveryNotice(shipment: Watched): Notice | undefined {
  const { delivery } = shipment.noticed;
  const isOutbound = shipment.newest?.record.kind === 'OUTBOUND';
  const { arrivedAt } = stateOfShipment(shipment);
  if (delivery?.isWithdrawn === false) {
    const { at, number } = delivery;
    if (isOutbound && arrivedAt === at) return undefined;
    return { name: 'parcel_delivered_withdrawn', at, dueAt: at, number };
  }
  if (!isOutbound || arrivedAt === null) return undefined;
  const number = (delivery?.number ?? 0) + 1;
  return { name: 'parcel_delivered', at: arrivedAt, dueAt: arrivedAt, number };
}

/**
 * Returns the notice that a parcel is late. If that was noticed before: the notice that withdraws it, because the parcel
 * was delivered in time, or a later time is promised. A parcel may then be late again.
 */
function lateNotice(shipment: Watched, graceMs: number): Notice | undefined {
  const { newest, noticed } = shipment;
  const { late } = noticed;
  const { statusAt } = stateOfShipment(shipment);
  const promisedAt = newest?.record.kind === 'OUTBOUND' ? openPromise(shipment) : null;
  if (late !== undefined && !late.isWithdrawn) {
    if (promisedAt !== null && promisedAt <= late.promisedAt) return undefined;
    return { name: 'parcel_late_withdrawn', at: late.at, dueAt: late.at, number: late.number };
  }
  if (promisedAt === null) return undefined;
  const number = (late?.number ?? 0) + 1;
  const { recordedAt, receivedAt } = recordingOfPromise(newest, noticed, 'first') ?? {
    recordedAt: promisedAt,
    receivedAt: promisedAt,
  };
  const dueAt = Math.max(promisedAt, receivedAt) + graceMs;
  // Its journey had ended when the promise was recorded: history, which an import knows completely.
  if (!isExpected(shipment) && statusAt! < receivedAt) {
    const at = Math.max(promisedAt, statusAt!);
    return { name: 'parcel_late', at, dueAt: recordedAt < receivedAt ? at : dueAt, number };
  }
  return { name: 'parcel_late', at: Math.max(promisedAt, recordedAt) + graceMs, dueAt, number };
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
  const stuckAt = quiet === undefined ? undefined : quiet + MIN_QUIET_HOURS * MS_PER_HOUR;
  const times = openNotices(shipment, stuckAt, 0).map(({ dueAt }) => dueAt);
  return times.length === 0 ? undefined : Math.min(...times);
}
