import type { Parcel, Scan } from '../parcel';
import { WorkingCalendar, type IsHoliday } from './working-calendar';

/** The day's delivery start: the 2 % quantile of scan hours. A parcel that arrives later waits for the next day. */
const EARLY_SHARE = 0.02;
/** The pickup hour: the median of pickup scans. A parcel that is labelled later waits for the next day. */
const PICKUP_SHARE = 0.5;

/** When parcels are picked up at their origins, and go out to customers. */
export class ParcelCalendars {
  private readonly pickups: WorkingCalendar;
  private readonly deliveries: WorkingCalendar;

  constructor(isHoliday: IsHoliday) {
    this.pickups = new WorkingCalendar(PICKUP_SHARE, isHoliday);
    this.deliveries = new WorkingCalendar(EARLY_SHARE, isHoliday);
  }

  add(parcel: Parcel, { type, at }: Scan): void {
    if (type === 'PICKED_UP') this.pickups.add(pickupPlaces(parcel), at);
    if (type === 'OUT_FOR_DELIVERY' || type === 'DELIVERED') this.deliveries.add(deliveryPlaces(parcel), at);
  }

  nextPickup(parcel: Parcel, at: number): number {
    return this.pickups.next(pickupPlaces(parcel), parcel.originCountry, at);
  }

  nextDelivery(parcel: Parcel, at: number): number {
    return this.deliveries.next(deliveryPlaces(parcel), parcel.country, at);
  }

  /** Returns the number of days without deliveries right after a day. */
  closedDaysAfter(parcel: Parcel, day: number): number {
    return this.deliveries.closedDaysFrom(deliveryPlaces(parcel), parcel.country, day + 1);
  }
}

function pickupPlaces({ carrier, origin }: Parcel): string[] {
  return [`${carrier}\n${origin}`, carrier, ''];
}

function deliveryPlaces({ carrier, country }: Parcel): string[] {
  return [`${carrier}\n${country}`, carrier, ''];
}
