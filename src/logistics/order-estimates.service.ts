import { LRUCache } from 'lru-cache';
import { COUNTRIES } from '../platform/codes';
import type { Turns } from '../graphql/limits/turns';
import { MAX_STEP_MS } from '../platform/fair-scheduler';
import type { Pool } from '../platform/postgres';
import { runYielding } from '../platform/run-yielding';
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
}

interface PastOrders {
  readonly calendar: DeliveryCalendar;
  readonly all: PastDeliveries;
  readonly byProduct: ReadonlyMap<string, PastDeliveries>;
  readonly byPrefix: ReadonlyMap<string, PastDeliveries>;
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
   * @param turns of the request on the main thread
   * @returns undefined if too few past parcels are comparable
   */
  async estimate(
    productIds: readonly string[],
    country: string,
    postcodePrefix: string | null,
    turns?: Pick<Turns, 'mayContinue' | 'next'>,
  ): Promise<DeliveryEstimate | undefined> {
    const past = await this.past(country);
    const now = Date.now();
    const estimateOf = async (basis: EstimateBasis, group: PastDeliveries | undefined) => {
      if (group === undefined) return undefined;
      while (turns?.mayContinue === false) await turns.next();
      const range = arrivalRange(group, { stage: 'LABEL_CREATED', at: now }, now, past.calendar);
      return range && estimateFrom(range, past.calendar, basis);
    };
    let slowest: DeliveryEstimate | undefined;
    const add = (estimate: DeliveryEstimate | undefined) => {
      if (estimate !== undefined && (slowest === undefined || estimate.median > slowest.median)) slowest = estimate;
    };
    let isWithoutOwn = false;
    for (const productId of new Set(productIds)) {
      const estimate = await estimateOf('PRODUCT', past.byProduct.get(productId));
      isWithoutOwn ||= estimate === undefined;
      add(estimate);
    }
    // The others all arrive as any parcel to the region or the country does.
    if (isWithoutOwn)
      add(
        (await estimateOf('REGION', postcodePrefix === null ? undefined : past.byPrefix.get(postcodePrefix))) ??
          (await estimateOf('COUNTRY', past.all)),
      );
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
    const delivered = await readDeliveredOrders(this.options.pool, country, MAX_PARCELS);
    return runYielding(groupParcels(delivered, calendar), MAX_STEP_MS);
  }
}

/** Groups parcels by product and by region. Groups share parcels, whose working hours are computed once. */
function* groupParcels(
  delivered: readonly DeliveredOrder[],
  calendar: DeliveryCalendar,
): Generator<undefined, PastOrders, undefined> {
  const all: PastParcel[] = [];
  const byProduct = new Map<string, PastParcel[]>();
  const byPrefix = new Map<string, PastParcel[]>();
  const add = (groups: Map<string, PastParcel[]>, name: string, parcel: PastParcel) => {
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [parcel]);
    else if (group.length < MAX_PAST_PARCELS) group.push(parcel);
  };
  for (const { placedAt, deliveredAt, productIds, prefix } of delivered) {
    // The order takes the place of the first scan.
    const scans = [{ type: 'LABEL_CREATED', at: placedAt } as const, { type: 'DELIVERED', at: deliveredAt } as const];
    const parcel = new PastParcel(scans, calendar);
    parcel.hoursFrom('LABEL_CREATED');
    if (all.length < MAX_PAST_PARCELS) all.push(parcel);
    for (const productId of new Set(productIds)) add(byProduct, productId, parcel);
    if (prefix !== null) add(byPrefix, prefix, parcel);
    yield;
  }
  const toDeliveries = (groups: ReadonlyMap<string, readonly PastParcel[]>) =>
    new Map(Array.from(groups, ([name, parcels]) => [name, new PastDeliveries(parcels)]));
  return {
    calendar,
    all: new PastDeliveries(all),
    byProduct: toDeliveries(byProduct),
    byPrefix: toDeliveries(byPrefix),
  };
}
