import type { ParcelNotice } from '../events/log-event';
import { MS_PER_HOUR } from '../learn/durations';
import { isTransitStage, type ScanType } from './parcel';
import type { TrackedShipment } from './shipment';
import { stateOf } from './shipment-state';

/** Something that is to be noticed of a parcel. Times are in milliseconds since 1970 (UTC). */
export interface Notice {
  readonly name: ParcelNotice;
  /** Since when it is so. */
  readonly at: number;
  /** Of a parcel that is stuck: when it was heard of last. */
  readonly since?: number;
}

/** Minimum time without a scan, in hours, after which a parcel is stuck. */
export const MIN_QUIET_HOURS = 24;
const EXCEPTIONS: readonly ScanType[] = ['EXCEPTION', 'RETURNING', 'RETURNED', 'LOST', 'EXPIRED'];

type Watched = Pick<TrackedShipment, 'newest' | 'scans' | 'startedAt' | 'noticed'>;

/**
 * Returns what is to be noticed of a parcel now or later, each once: its delivery, its first exception, and that it is
 * not delivered at the promised time. That it is stuck is noticed again after a further scan. Parcels without a record
 * and those that customers send back have no notices.
 * @param stuckAt when it is stuck if no scan arrives before, in milliseconds since 1970 (UTC); undefined if it can't be
 */
export function openNotices({ newest, scans, startedAt, noticed }: Watched, stuckAt: number | undefined): Notice[] {
  if (newest?.record.kind !== 'OUTBOUND') return [];
  const { promisedAt } = newest.record;
  const { deliveredAt } = stateOf(scans);
  const exception = scans.find(({ type }) => EXCEPTIONS.includes(type));
  const isLate = promisedAt !== null && (deliveredAt ?? Infinity) > promisedAt;
  const notices: (Notice | undefined)[] = [
    deliveredAt === null ? undefined : { name: 'parcel_delivered', at: deliveredAt },
    exception && { name: 'parcel_exception', at: exception.at },
    isLate ? { name: 'parcel_late', at: promisedAt } : undefined,
  ];
  const once = notices.filter((notice) => notice !== undefined && noticed[notice.name] === undefined) as Notice[];
  const since = quietSince({ scans, startedAt });
  if (stuckAt === undefined || since === undefined || since <= (noticed.parcel_stuck ?? -Infinity)) return once;
  return [...once, { name: 'parcel_stuck', at: stuckAt, since }];
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
  const times = openNotices(shipment, quiet === undefined ? undefined : quiet + MIN_QUIET_HOURS * MS_PER_HOUR).map(
    ({ at }) => at,
  );
  return times.length === 0 ? undefined : Math.min(...times);
}
