import { MS_PER_DAY } from '../learn/durations';
import { LATENESS_DAYS } from './order-streams';

/**
 * Returns the time of the event that withdraws another: that of the other, so that the windows of streams count it no
 * longer. If that is longer ago than the streams of orders and parcels wait for events, and they have counted it, it is
 * the time at which the withdrawal is recorded. All times are in milliseconds since 1970 (UTC).
 * @param at the time of the other event
 * @param countedAt when the other event was recorded
 */
export function withdrawalTime(at: number, countedAt: number, recordedAt: number): number {
  const isInTime = (time: number) => time - at <= LATENESS_DAYS * MS_PER_DAY;
  return isInTime(recordedAt) || !isInTime(countedAt) ? at : recordedAt;
}
