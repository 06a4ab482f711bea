import { weekdayOf } from '../../learn/calendar-terms';
import { MS_PER_DAY, MS_PER_HOUR } from '../../learn/durations';
import type { Parcel } from '../parcel';
import type { ParcelCalendars } from './parcel-calendars';
import type { ParcelProgress } from './parcel-progress';
import { transitOutlook, type SlownessOf } from './transit-outlook';
import type { UsualSteps } from './usual-steps';

const MIN_CENTER_HOURS = 0.5;

/** Columns of the regression of remaining hours. Hours of the day and weekdays are in UTC. */
export const ESTIMATE_FEATURES = [
  'log of the calendar estimate',
  'log of the usual remaining hours',
  'hours until the last hub',
  'hours from the last hub until the next opening',
  'hour of the day of the arrival at the last hub',
  'weekday of the arrival at the last hub',
  'closed days after the opening',
  'hours until the next pickup',
  'hour of the day',
  'weekday',
  'hubs left',
  'failed attempts',
  'exceptions',
  'log of elapsed to usual hours',
] as const;

export interface EstimateFeatures {
  /** Values of {@link ESTIMATE_FEATURES}. */
  readonly values: Float64Array;
  /** Log of the hours around which the regression predicts. */
  readonly center: number;
}

/** Computes the features of a parcel right after its newest scan, from that scan and what came before it. */
export function estimateFeatures(
  parcel: Parcel,
  progress: ParcelProgress,
  usual: UsualSteps,
  calendars: ParcelCalendars,
  slownessOf: SlownessOf,
): EstimateFeatures {
  const { at, stage } = progress;
  const outlook = transitOutlook(parcel, progress, usual, slownessOf);
  const { inLastHub, afterLastHub, hubsLeft, usualElapsed } = outlook;
  // The next pickup is known better than the usual time until it.
  const pickupWait = stage === 'LABEL_CREATED' ? (calendars.nextPickup(parcel, at) - at) / MS_PER_HOUR : 0;
  const untilLastHub = Math.max(0, outlook.untilLastHub - (pickupWait > 0 ? outlook.untilNextStep : 0)) + pickupWait;
  const remaining = Math.max(MIN_CENTER_HOURS, untilLastHub + inLastHub + afterLastHub);
  const arrival = at + untilLastHub * MS_PER_HOUR;
  const opening = calendars.nextDelivery(parcel, arrival);
  const calendarHours = Math.max(MIN_CENTER_HOURS, (opening - at) / MS_PER_HOUR + afterLastHub);
  const isOut = stage === 'OUT_FOR_DELIVERY' || stage === 'AVAILABLE_FOR_PICKUP';
  const elapsed = (at - progress.startedAt) / MS_PER_HOUR;
  const values = Float64Array.of(
    Math.log(calendarHours),
    Math.log(remaining),
    untilLastHub,
    (opening - arrival) / MS_PER_HOUR,
    hourOf(arrival),
    weekdayOf(Math.floor(arrival / MS_PER_DAY)),
    calendars.closedDaysAfter(parcel, Math.floor(opening / MS_PER_DAY)),
    pickupWait,
    hourOf(at),
    weekdayOf(Math.floor(at / MS_PER_DAY)),
    hubsLeft,
    progress.attempts,
    progress.exceptions,
    Math.log((elapsed + 1) / (usualElapsed + 1)),
  );
  return { values, center: Math.log(isOut ? remaining : calendarHours) };
}

function hourOf(at: number): number {
  return (at % MS_PER_DAY) / MS_PER_HOUR;
}
