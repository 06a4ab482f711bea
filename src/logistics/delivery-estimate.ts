import { MS_PER_DAY } from '../learn/durations';
import type { ArrivalRange } from './estimate/past-parcel-estimate';
import type { DeliveryCalendar } from './estimate/working-time';

export const ESTIMATE_BASES = ['LANE', 'SERVICE', 'CARRIER', 'PRODUCT', 'REGION', 'COUNTRY'] as const;
/** Which past parcels an estimate is learned from. */
export type EstimateBasis = (typeof ESTIMATE_BASES)[number];

export interface DeliveryEstimate {
  readonly earliest: Date;
  readonly median: Date;
  readonly latest: Date;
  readonly basis: EstimateBasis;
  /** The days of `earliest` and `latest` by the clocks of the destination, in days since 1970. */
  readonly days: readonly [number, number];
  /** Number of past parcels that it is learned from. */
  readonly comparedParcels: number;
}

/** Returns the estimate as it is shown. @param calendar the calendar of the destination */
export function estimateFrom(
  { earliest, median, latest, comparedParcels }: ArrivalRange,
  calendar: DeliveryCalendar,
  basis: EstimateBasis,
): DeliveryEstimate {
  const dayOf = (instant: number) => Math.floor(calendar.timeZone.wallAt(instant) / MS_PER_DAY);
  return {
    ...{ earliest: new Date(earliest), median: new Date(median), latest: new Date(latest), basis },
    ...{ days: [dayOf(earliest), dayOf(latest)], comparedParcels },
  };
}
