import { MS_PER_DAY } from '../learn/durations';
import type { RemainingRange } from './estimate/past-deliveries';
import { afterWorkingHours, type DeliveryCalendar } from './estimate/working-time';

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

/** Returns the estimate that a range of working hours gives. @param from when they begin, in milliseconds since 1970 (UTC) */
export function estimateFrom(
  from: number,
  { low, median, high, parcels }: RemainingRange,
  calendar: DeliveryCalendar,
  basis: EstimateBasis,
): DeliveryEstimate {
  const instantOf = (hours: number) => new Date(afterWorkingHours(from, hours, calendar));
  const dayOf = (instant: Date) => Math.floor(calendar.timeZone.wallAt(instant.getTime()) / MS_PER_DAY);
  const [earliest, latest] = [instantOf(low), instantOf(high)];
  return {
    ...{ earliest, median: instantOf(median), latest, basis },
    ...{ days: [dayOf(earliest), dayOf(latest)], comparedParcels: parcels },
  };
}
