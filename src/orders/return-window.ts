import { MS_PER_DAY } from '../learn/durations';
import { TimeZone } from '../streams/window/time-zone';
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
 * the order is DELIVERED. The window begins on the day on which its last unit was delivered.
 */
export function returnableUntil(
  { status, history }: Pick<OrderRecord, 'history' | 'status'>,
  { days, timeZone }: ReturnWindow,
): number | null {
  if (status !== 'DELIVERED') return null;
  const deliveries = history.filter((move) => move.status === 'DELIVERED').map((move) => Date.parse(move.occurredAt));
  if (deliveries.length === 0) return null;
  const day = Math.floor(timeZone.wallAt(Math.max(...deliveries)) / MS_PER_DAY);
  return timeZone.instantOf((day + days + 1) * MS_PER_DAY) - 1;
}

/** Returns the window that the settings state; null if they state none. */
export function returnWindowOf({ returnDays, timeZone }: { returnDays: number | undefined; timeZone: string }) {
  return returnDays === undefined ? null : { days: returnDays, timeZone: new TimeZone(timeZone) };
}
