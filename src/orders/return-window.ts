import { MS_PER_DAY } from '../learn/durations';
import { TimeZone } from '../streams/window/time-zone';
import { deliveriesOf } from './delivery-moves';
import type { OrderRecord } from './order-record';

/** How long customers may return what they have ordered. */
export interface ReturnWindow {
  /** Number of days after the day of the delivery. */
  readonly days: number;
  /** In which the shop's days begin. */
  readonly timeZone: TimeZone;
}

/**
 * Returns the last millisecond of the last day on which an order may be returned, in milliseconds since 1970; null unless
 * the order is DELIVERED. Also null if the recorded delivery is not after the order was placed: an import without a time
 * of the delivery records it so.
 */
export function returnableUntil(
  { status, history, placedAt }: Pick<OrderRecord, 'history' | 'status' | 'placedAt'>,
  { days, timeZone }: ReturnWindow,
): number | null {
  if (status !== 'DELIVERED') return null;
  const at = deliveriesOf(history)[0]?.occurredAt;
  if (at === undefined || at <= placedAt) return null;
  const day = Math.floor(timeZone.wallAt(Date.parse(at)) / MS_PER_DAY);
  return timeZone.instantOf((day + days + 1) * MS_PER_DAY) - 1;
}

/** Returns the window that the settings state; null if they state none. */
export function returnWindowOf({ returnDays, timeZone }: { returnDays: number | undefined; timeZone: string }) {
  return returnDays === undefined ? null : { days: returnDays, timeZone: new TimeZone(timeZone) };
}
