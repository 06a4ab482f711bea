import { MS_PER_DAY } from '../../learn/durations';
import type { TransitStage } from '../parcel';
import type { PastDeliveries } from './past-deliveries';
import { afterWorkingHours, workingHours, type DeliveryCalendar } from './working-time';

/** Which past parcels the estimate of a parcel is learned from. */
export type ParcelBasis = 'LANE' | 'SERVICE' | 'CARRIER';

/** An estimate is learned from this number of parcels at most: those that were delivered last. */
export const MAX_PAST_PARCELS = 200;

/** Nothing is estimated to arrive later than this: the calendar has no open days. */
const MAX_RANGE_MS = 365 * MS_PER_DAY;

/** The parcels from which the estimate of another one is learned. A condition that is left out holds for all. */
export interface PastParcelFilter {
  readonly carrier: string;
  readonly service?: string | null;
  readonly lane?: string;
}

/** When a parcel arrives, in milliseconds since 1970 (UTC). */
export interface ArrivalRange {
  readonly earliest: number;
  readonly median: number;
  readonly latest: number;
  /** Number of past parcels that it is learned from. */
  readonly comparedParcels: number;
}

/** Returns the groups of past parcels that an estimate may be learned from, the most similar parcels first. */
export function estimateLevels({
  carrier,
  service,
  lane,
}: Required<PastParcelFilter>): readonly (readonly [ParcelBasis, PastParcelFilter])[] {
  return [
    ['LANE', { carrier, service, lane }],
    ['SERVICE', { carrier, service }],
    ['CARRIER', { carrier }],
  ];
}

/** Returns a text that is the same for the same group of past parcels. That a service is unknown is a condition, too. */
export function groupKey({ carrier, service, lane }: PastParcelFilter): string {
  return JSON.stringify([carrier, service === undefined ? [] : [service], lane === undefined ? [] : [lane]]);
}

/**
 * Returns the range that holds 80 % of the arrivals of past parcels, counted from the status that a parcel has now, among
 * those that had not arrived after the same time either.
 * @param past the parcels of one group of {@link estimateLevels}
 * @param status the last status of the parcel, and when it was reached, in milliseconds since 1970 (UTC)
 * @param now milliseconds since 1970 (UTC)
 * @param calendar the calendar of the destination
 * @returns undefined if too few past parcels are comparable, or if the calendar has no open day for a year
 */
export function arrivalRange(
  past: PastDeliveries,
  status: { readonly stage: TransitStage; readonly at: number },
  now: number,
  calendar: DeliveryCalendar,
): ArrivalRange | undefined {
  const range = past.rangeAfter(status.stage, workingHours(status.at, Math.max(status.at, now), calendar));
  if (range === undefined) return undefined;
  const instantOf = (hours: number) => afterWorkingHours(status.at, hours, calendar);
  if (instantOf(range.high) >= status.at + MAX_RANGE_MS) return undefined;
  return {
    earliest: instantOf(range.low),
    median: instantOf(range.median),
    latest: instantOf(range.high),
    comparedParcels: range.parcels,
  };
}
