import type { ResultOf } from '@freshet/client';
import { formatDayOfMonth, formatMinute, formatWeekday, formatWeekdayName } from '../ui/format';
import type { ListedParcels } from './delivery-documents';

export type ListedParcel = NonNullable<ResultOf<typeof ListedParcels>['shipments']>['nodes'][number];
export type ParcelStatus = ListedParcel['status'];

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Statuses of parcels that may still arrive. */
export const OPEN_STATUSES: ParcelStatus[] = [
  ...(['PENDING', 'LABEL_CREATED', 'PICKED_UP', 'HUB_IN', 'HUB_OUT', 'CUSTOMS', 'OUT_FOR_DELIVERY'] as const),
  ...(['DELIVERY_ATTEMPTED', 'AVAILABLE_FOR_PICKUP', 'EXCEPTION'] as const),
];

export const STATUS_NAMES: Readonly<Record<ParcelStatus, string>> = {
  PENDING: 'No scan yet',
  LABEL_CREATED: 'Label created',
  PICKED_UP: 'Picked up by the carrier',
  HUB_IN: 'Arrived at a hub',
  HUB_OUT: 'Left a hub',
  CUSTOMS: 'In customs',
  OUT_FOR_DELIVERY: 'Out for delivery',
  DELIVERY_ATTEMPTED: 'Delivery attempt failed',
  AVAILABLE_FOR_PICKUP: 'Waiting at a parcel shop',
  DELIVERED: 'Delivered',
  EXCEPTION: 'Problem reported',
  RETURNING: 'On its way back',
  RETURNED: 'Back at the sender',
  LOST: 'Lost by the carrier',
  EXPIRED: 'No news from the carrier',
  VOIDED: 'Voided by the shop',
};

const agoFormat = new Intl.RelativeTimeFormat('en');

/** Says how long ago or ahead a time is: `3 days ago`, `in 2 hours`. Times in milliseconds since 1970. */
export function distanceText(at: number, now: number): string {
  const distance = at - now;
  if (Math.abs(distance) < HOUR_MS) return agoFormat.format(Math.trunc(distance / MINUTE_MS), 'minute');
  if (Math.abs(distance) < DAY_MS) return agoFormat.format(Math.trunc(distance / HOUR_MS), 'hour');
  return agoFormat.format(Math.trunc(distance / DAY_MS), 'day');
}

/** Names the day of a promise, with the time if it is within a day from now: `Tue, 3 Mar`. */
export function promiseText(promisedAt: string, now: number): string {
  const at = new Date(promisedAt);
  return Math.abs(at.getTime() - now) < DAY_MS ? `${formatWeekday(at)}, ${formatMinute(at)}` : formatWeekday(at);
}

/**
 * Says when a parcel is likely to arrive: hours if it is today, weekdays within a week, else dates.
 * @returns undefined if the estimate has passed
 */
export function likelyText(
  { earliest, latest }: { readonly earliest: string; readonly latest: string },
  now: number,
): string | undefined {
  const to = new Date(latest);
  if (to.getTime() < now) return undefined;
  const from = new Date(Math.max(Date.parse(earliest), now));
  const today = formatWeekday(new Date(now));
  if (formatWeekday(to) === today) return `today, ${formatMinute(from)} – ${formatMinute(to)}`;
  const dayOf = to.getTime() - now < 6 * DAY_MS ? formatWeekdayName : formatDayOfMonth;
  const [first, last] = [formatWeekday(from) === today ? 'today' : dayOf(from), dayOf(to)];
  return first === last ? first : `${first} – ${last}`;
}

interface Lane {
  readonly origin: ListedParcel['origin'];
  readonly destination: ListedParcel['destination'];
}

/** Names a lane: `Leipzig → DE 101`. */
export function laneText({ origin, destination }: Lane): string {
  const to = [destination.country, destination.postcodePrefix].filter(Boolean).join(' ');
  return `${origin.name ?? origin.country ?? '–'} → ${to || (destination.name ?? '–')}`;
}

export const carrierText = ({ carrier, service }: Pick<ListedParcel, 'carrier' | 'service'>): string =>
  [carrier ?? 'Unknown carrier', service].filter(Boolean).join(' · ');
