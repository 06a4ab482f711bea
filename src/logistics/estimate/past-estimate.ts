import { MS_PER_DAY, MS_PER_HOUR } from '../../learn/durations';
import { isTransitStage, type Scan, type TransitStage } from '../parcel';
import type { ArrivalRange } from './past-parcel-estimate';
import type { DeliveryCalendar } from './working-time';

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

/**
 * Returns the status with which a carrier took a parcel over: that of the first scan after the label.
 * @param scans in order of time
 */
export function handOverOf(
  scans: readonly Pick<Scan, 'type' | 'at'>[],
): { readonly stage: TransitStage; readonly at: number } | undefined {
  const taken = scans.find(({ type }) => type !== 'LABEL_CREATED' && isTransitStage(type));
  return taken && { stage: taken.type as TransitStage, at: taken.at };
}

/** Compares the estimate of a parcel with its delivery. */
export function comparePast(
  { carrier, deliveredAt }: { readonly carrier: string; readonly deliveredAt: number },
  { earliest, median, latest }: ArrivalRange,
  calendar: DeliveryCalendar,
): PastEstimate {
  const dayOf = (instant: number) => Math.floor(calendar.timeZone.wallAt(instant) / MS_PER_DAY);
  const day = dayOf(deliveredAt);
  return {
    ...{ carrier, deliveredAt },
    result: deliveredAt < earliest ? 'EARLY' : deliveredAt > latest ? 'LATE' : 'WITHIN',
    isOnShownDays: day >= dayOf(earliest) && day <= dayOf(latest),
    errorHours: Math.abs(deliveredAt - median) / MS_PER_HOUR,
  };
}
