import { LRUCache } from 'lru-cache';
import { MS_PER_HOUR } from '../learn/durations';
import type { Pool } from '../platform/postgres';
import { estimateFrom, type DeliveryEstimate } from './delivery-estimate';
import type { DeliveryCalendars } from './delivery-calendars';
import { PastDeliveries, PastParcel } from './estimate/past-deliveries';
import {
  arrivalRange,
  estimateLevels,
  groupKey,
  MAX_PAST_PARCELS,
  type PastParcelFilter,
} from './estimate/past-parcel-estimate';
import { afterWorkingHours } from './estimate/working-time';
import { isTransitStage, type Scan, type TransitStage } from './parcel';
import { MIN_QUIET_HOURS, quietSince } from './parcel-notices';
import { laneOfRecord, type ShipmentRecord } from './shipment-event';
import { stateOfShipment, type ShipmentFacts, type TrackedShipment } from './shipment';
import { readDelivered } from './shipment.store';

/** How long past deliveries are used before they are read again. */
const MAX_AGE_MS = 5 * 60_000;
/** Maximum number of lanes, services and carriers whose past deliveries are in memory, about 0.3 MB each. */
const MAX_GROUPS = 500;

/** Working hours without a scan after which a parcel is stuck, if too few past parcels are comparable. */
const DEFAULT_QUIET_HOURS = 72;

export interface DeliveryEstimatesOptions {
  readonly pool: Pool;
  readonly calendars: Pick<DeliveryCalendars, 'of'>;
}

/**
 * Estimates when parcels arrive: the range that holds 80 % of the deliveries of the shop's own past parcels, counted from
 * the same status. The past parcels are those of the same carrier, service and lane; if there are too few, those of the
 * carrier and service, or of the carrier. Estimates are computed when they are read.
 */
export class DeliveryEstimates {
  private readonly groups = new LRUCache<string, Promise<PastDeliveries>>({ max: MAX_GROUPS, ttl: MAX_AGE_MS });

  constructor(private readonly options: DeliveryEstimatesOptions) {}

  /** @returns undefined if the parcel is not on its way to a customer, or if too few past parcels are comparable */
  async estimate(shipment: ShipmentFacts): Promise<DeliveryEstimate | undefined> {
    const { status, statusAt } = stateOfShipment(shipment);
    const record = shipment.newest?.record;
    if (record?.kind !== 'OUTBOUND' || statusAt === null || status === 'PENDING' || status === 'VOIDED')
      return undefined;
    if (!isTransitStage(status)) return undefined;
    const calendar = await this.options.calendars.of(record.country);
    for (const [basis, filter] of levelsOf(record)) {
      const range = arrivalRange(await this.past(filter), { stage: status, at: statusAt }, Date.now(), calendar);
      if (range !== undefined) return estimateFrom(range, calendar, basis);
    }
    return undefined;
  }

  /**
   * Returns when a parcel is stuck if no further scan arrives: after the working time within which 98 % of the comparable
   * past parcels were scanned again, and after a day at least. If too few are comparable, it is three working days.
   * @returns milliseconds since 1970 (UTC), or undefined if no scan is expected
   */
  async stuckAt(shipment: Omit<TrackedShipment, 'id' | 'noticed'>): Promise<number | undefined> {
    const quiet = quietSince(shipment);
    const record = shipment.newest?.record;
    if (quiet === undefined || record?.kind !== 'OUTBOUND') return undefined;
    const calendar = await this.options.calendars.of(record.country);
    const last = shipment.scans.at(-1)?.type;
    let hours: number | undefined;
    for (const [, filter] of last !== undefined && isTransitStage(last) ? levelsOf(record) : [])
      hours ??= (await this.past(filter)).quietHours(last as TransitStage);
    return Math.max(
      afterWorkingHours(quiet, hours ?? DEFAULT_QUIET_HOURS, calendar),
      quiet + MIN_QUIET_HOURS * MS_PER_HOUR,
    );
  }

  private past(filter: PastParcelFilter): Promise<PastDeliveries> {
    const key = groupKey(filter);
    const known = this.groups.get(key);
    if (known !== undefined) return known;
    const past = this.readPast(filter);
    this.groups.set(key, past);
    past.catch(() => this.groups.delete(key));
    return past;
  }

  private async readPast(filter: PastParcelFilter): Promise<PastDeliveries> {
    const delivered = await readDelivered(this.options.pool, filter, MAX_PAST_PARCELS);
    const parcels = delivered.map(
      async (shipment) =>
        new PastParcel(countedScans(shipment), await this.options.calendars.of(shipment.newest!.record.country)),
    );
    return new PastDeliveries(await Promise.all(parcels));
  }
}

/** Returns the scans of a delivered parcel, without deliveries that do not count. */
function countedScans(shipment: ShipmentFacts): Pick<Scan, 'type' | 'at'>[] {
  const { deliveredAt } = stateOfShipment(shipment);
  return shipment.scans
    .filter(({ type, at }) => type !== 'DELIVERED' || at === deliveredAt)
    .map(({ type, at }) => ({ type, at }));
}

function levelsOf({ carrier, service, ...record }: ShipmentRecord) {
  return estimateLevels({ carrier, service, lane: laneOfRecord({ carrier, service, ...record }) });
}
