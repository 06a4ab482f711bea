import { MS_PER_DAY, MS_PER_HOUR } from '../../learn/durations';
import { deliveredAt, isTransitStage, type Scan, type TransitStage } from '../parcel';
import { PastParcels, type ComparedParcel } from './past-parcels';

/** A delivered parcel whose estimate is compared with its delivery. */
export interface DeliveredParcel extends ComparedParcel {
  /** In order of time. */
  readonly scans: readonly Pick<Scan, 'type' | 'at'>[];
}

/** How the estimate of a parcel compares with its delivery. */
export interface PastEstimate {
  readonly carrier: string;
  /** The delivery, in milliseconds since 1970 (UTC). */
  readonly deliveredAt: number;
  readonly result: 'EARLY' | 'WITHIN' | 'LATE';
  /** Whether it was delivered on one of the days from the earliest to the latest time. */
  readonly isOnShownDays: boolean;
  /** Hours between the median of the estimate and the delivery, ≥ 0. */
  readonly errorHours: number;
}

interface Moment {
  readonly at: number;
  readonly parcel: DeliveredParcel;
  /** The status that the carrier took the parcel over with; undefined for the delivery. */
  readonly handOver: TransitStage | undefined;
}

/**
 * Returns the estimates that parcels had when their carriers took them over, each learned from the parcels that had been
 * delivered until then. Parcels without such a scan, or with fewer than 20 comparable ones at that time, have none.
 * @param parcels in any order
 */
export function* pastEstimates(parcels: readonly DeliveredParcel[]): Generator<PastEstimate> {
  const past = new PastParcels();
  for (const { at, parcel, handOver } of momentsOf(parcels)) {
    if (handOver === undefined) {
      past.add(parcel, parcel.scans);
      continue;
    }
    const range = past.estimate(parcel, { stage: handOver, at }, at);
    const delivered = deliveredAt(parcel);
    if (range === undefined || delivered === undefined) continue;
    const dayOf = (instant: number) => Math.floor(parcel.calendar.timeZone.wallAt(instant) / MS_PER_DAY);
    const day = dayOf(delivered);
    yield {
      carrier: parcel.carrier,
      deliveredAt: delivered,
      result: delivered < range.earliest ? 'EARLY' : delivered > range.latest ? 'LATE' : 'WITHIN',
      isOnShownDays: day >= dayOf(range.earliest) && day <= dayOf(range.latest),
      errorHours: Math.abs(delivered - range.median) / MS_PER_HOUR,
    };
  }
}

/** Returns all hand-overs and deliveries in order of time; at the same time, the deliveries first. */
function momentsOf(parcels: readonly DeliveredParcel[]): Moment[] {
  const moments = parcels.flatMap((parcel): Moment[] => {
    const delivered = deliveredAt(parcel);
    if (delivered === undefined) return [];
    const taken = parcel.scans.find(
      ({ type, at }) => type !== 'LABEL_CREATED' && isTransitStage(type) && at <= delivered,
    );
    const delivery = { at: delivered, parcel, handOver: undefined };
    return taken === undefined
      ? [delivery]
      : [delivery, { ...delivery, at: taken.at, handOver: taken.type as TransitStage }];
  });
  return moments.sort((a, b) => a.at - b.at || Number(a.handOver !== undefined) - Number(b.handOver !== undefined));
}
