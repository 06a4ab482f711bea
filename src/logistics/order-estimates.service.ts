import { LRUCache } from 'lru-cache';
import { COUNTRIES } from '../platform/codes';
import type { Pool } from '../platform/postgres';
import type { DeliveryCalendars } from './delivery-calendars';
import { estimateFrom, type DeliveryEstimate, type EstimateBasis } from './delivery-estimate';
import { PastDeliveries, PastParcel } from './estimate/past-deliveries';
import { arrivalRange, MAX_PAST_PARCELS } from './estimate/past-parcel-estimate';
import type { DeliveryCalendar } from './estimate/working-time';
import { readDeliveredOrders, type DeliveredOrder } from './delivered-order.store';

/** Number of parcels to a country that are read: those that were delivered last. */
const MAX_PARCELS = 2_000;
/** How long the parcels of a country are used before they are read again. */
const MAX_AGE_MS = 5 * 60_000;
export interface OrderEstimatesOptions {
  readonly pool: Pool;
  readonly calendars: Pick<DeliveryCalendars, 'of'>;
  readonly now?: () => number;
}

interface PastOrders {
  readonly calendar: DeliveryCalendar;
  readonly parcels: readonly DeliveredOrder[];
  /** By basis and product or region. */
  readonly groups: Map<string, PastDeliveries>;
}

/**
 * Estimates when an order that is placed now arrives: the range that holds 80 % of the past parcels to the same country,
 * counted from the order to the delivery. The past parcels are those whose order had the product; if there are too few,
 * those to the same region, or all to the country.
 */
export class OrderEstimates {
  /** All of them, because browsers may name any. Those that the shop delivers to take about 1 MB each, the others nothing. */
  private readonly countries = new LRUCache<string, Promise<PastOrders>>({ max: COUNTRIES.size, ttl: MAX_AGE_MS });

  constructor(private readonly options: OrderEstimatesOptions) {}

  /**
   * Returns the estimate of the product that arrives last.
   * @param postcodePrefix the first characters of the postcode, as they are stored of shipments
   * @returns undefined if too few past parcels are comparable
   */
  async estimate(
    productIds: readonly string[],
    country: string,
    postcodePrefix: string | null,
  ): Promise<DeliveryEstimate | undefined> {
    const past = await this.past(country);
    const now = (this.options.now ?? Date.now)();
    let slowest: DeliveryEstimate | undefined;
    for (const productId of new Set(productIds)) {
      const levels: readonly (readonly [EstimateBasis, string, (parcel: DeliveredOrder) => boolean])[] = [
        ['PRODUCT', productId, (parcel) => parcel.productIds.includes(productId)],
        ['REGION', postcodePrefix ?? '', (parcel) => postcodePrefix !== null && parcel.prefix === postcodePrefix],
        ['COUNTRY', '', () => true],
      ];
      for (const [basis, name, isComparable] of levels) {
        const group = groupOf(past, `${basis} ${name}`, isComparable);
        const range = arrivalRange(group, { stage: 'LABEL_CREATED', at: now }, now, past.calendar);
        if (range === undefined) continue;
        const estimate = estimateFrom(range, past.calendar, basis);
        if (slowest === undefined || estimate.median > slowest.median) slowest = estimate;
        break;
      }
    }
    return slowest;
  }

  private past(country: string): Promise<PastOrders> {
    const known = this.countries.get(country);
    if (known !== undefined) return known;
    const reading = this.read(country);
    this.countries.set(country, reading);
    reading.catch(() => this.countries.delete(country));
    return reading;
  }

  private async read(country: string): Promise<PastOrders> {
    const calendar = await this.options.calendars.of(country);
    return { calendar, parcels: await readDeliveredOrders(this.options.pool, country, MAX_PARCELS), groups: new Map() };
  }
}

/** @param isComparable whether a parcel is of the group with this name */
function groupOf(
  { calendar, parcels, groups }: PastOrders,
  name: string,
  isComparable: (parcel: DeliveredOrder) => boolean,
): PastDeliveries {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const compared = parcels.filter(isComparable).slice(0, MAX_PAST_PARCELS);
  // The order takes the place of the first scan.
  const group = new PastDeliveries(
    compared.map(({ placedAt, deliveredAt }) => {
      const scans = [{ type: 'LABEL_CREATED', at: placedAt } as const, { type: 'DELIVERED', at: deliveredAt } as const];
      return new PastParcel(scans, calendar);
    }),
  );
  // Names come from browsers. Those without parcels would fill the memory.
  if (compared.length > 0) groups.set(name, group);
  return group;
}
