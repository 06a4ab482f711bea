import type { ParcelNotice } from '../events/log-event';
import { MS_PER_HOUR } from '../learn/durations';
import { isTransitStage, type ScanType } from './parcel';
import { recordingOfPromise, type TrackedShipment } from './shipment';
import { stateOf } from './shipment-state';

/** Something that is to be noticed of a parcel. Times are in milliseconds since 1970 (UTC). */
export interface Notice {
  readonly name: ParcelNotice;
  /** Since when it is so. */
  readonly at: number;
  /** When it is recorded. */
  readonly dueAt: number;
  /** Of a parcel that is stuck: when it was heard of last. */
  readonly since?: number;
  /** Of a parcel that is late, or no longer: for which time, from 1. */
  readonly number?: number;
}

/** Minimum time without a scan, in hours, after which a parcel is stuck. */
export const MIN_QUIET_HOURS = 24;
const EXCEPTIONS: readonly ScanType[] = ['EXCEPTION', 'RETURNING', 'RETURNED', 'LOST', 'EXPIRED'];

type Watched = Pick<TrackedShipment, 'newest' | 'scans' | 'startedAt' | 'noticed'>;

/**
 * Returns what is to be noticed of a parcel now or later: its delivery and its first exception, each once; that it is
 * late, or no longer; and that it is stuck, again after a further scan. Parcels without a record and those that customers
 * send back have no notices.
 * @param stuckAt when it is stuck if no scan arrives before, in milliseconds since 1970 (UTC); undefined if it can't be
 * @param lateGraceMs how long a parcel is not called late after its promise, or after the promise was recorded
 */
export function openNotices(shipment: Watched, stuckAt: number | undefined, lateGraceMs: number): Notice[] {
  const { newest, scans, noticed } = shipment;
  const notices: Notice[] = [];
  const add = (name: ParcelNotice, at: number, more: Partial<Notice> = {}) =>
    notices.push({ name, at, dueAt: at, ...more });
  if (newest?.record.kind === 'OUTBOUND') {
    const { deliveredAt } = stateOf(scans);
    const exception = scans.find(({ type }) => EXCEPTIONS.includes(type));
    if (deliveredAt !== null && noticed.parcel_delivered === undefined) add('parcel_delivered', deliveredAt);
    if (exception !== undefined && noticed.parcel_exception === undefined) add('parcel_exception', exception.at);
    const since = quietSince(shipment);
    if (stuckAt !== undefined && since !== undefined && since > (noticed.parcel_stuck ?? -Infinity))
      add('parcel_stuck', stuckAt, { since });
  }
  const late = lateNotice(shipment, lateGraceMs);
  return late === undefined ? notices : [...notices, late];
}

/**
 * Returns the notice that a parcel is late. If that was noticed before: the notice that withdraws it, because the parcel
 * was delivered in time, or a later time is promised. A parcel may then be late again.
 */
function lateNotice({ newest, scans, noticed }: Watched, graceMs: number): Notice | undefined {
  const { late } = noticed;
  const promisedAt = newest?.record.kind === 'OUTBOUND' ? newest.record.promisedAt : null;
  const { status, statusAt, deliveredAt } = stateOf(scans);
  const isPossible = promisedAt !== null && (deliveredAt ?? Infinity) > promisedAt;
  if (late !== undefined && !late.isWithdrawn) {
    if (isPossible && promisedAt <= late.promisedAt) return undefined;
    return { name: 'parcel_late_withdrawn', at: late.at, dueAt: late.at, number: late.number };
  }
  if (!isPossible) return undefined;
  const number = (late?.number ?? 0) + 1;
  const { recordedAt, receivedAt } = recordingOfPromise(newest, noticed, 'first') ?? {
    recordedAt: promisedAt,
    receivedAt: promisedAt,
  };
  const dueAt = Math.max(promisedAt, receivedAt) + graceMs;
  // Its journey had ended when the promise was recorded: history, which an import knows completely.
  if (status !== 'PENDING' && !isTransitStage(status) && statusAt! < receivedAt) {
    const at = Math.max(promisedAt, statusAt!);
    return { name: 'parcel_late', at, dueAt: recordedAt < receivedAt ? at : dueAt, number };
  }
  return { name: 'parcel_late', at: Math.max(promisedAt, recordedAt) + graceMs, dueAt, number };
}

/** Returns when a parcel was heard of last, in milliseconds since 1970 (UTC); undefined if no scan is expected. */
export function quietSince({ scans, startedAt }: Pick<Watched, 'scans' | 'startedAt'>): number | undefined {
  const { status } = stateOf(scans);
  if (status !== 'PENDING' && !isTransitStage(status)) return undefined;
  return scans.at(-1)?.at ?? startedAt;
}

/** Returns whether it was noticed that a parcel is stuck, and no scan has come since. */
export function isStuck({ scans, noticed }: Pick<Watched, 'scans' | 'noticed'>): boolean {
  const { status } = stateOf(scans);
  if (noticed.parcel_stuck === undefined || (status !== 'PENDING' && !isTransitStage(status))) return false;
  return (scans.at(-1)?.at ?? -Infinity) <= noticed.parcel_stuck;
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
