import type { StoredEvent } from '../events/stored-event';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '../learn/durations';
import { eventOfRecord, eventOfScan, type ShipmentRecord } from '../logistics/shipment-event';
import type { ScanType } from '../logistics/parcel';
import { type Network, type Region, SERVICES } from '../logistics/simulation/network';
import { type ParcelPosition, ParcelSimulator } from '../logistics/simulation/parcel-simulator';
import { RandomDraws } from '../logistics/simulation/random';
import { hashOf } from './order-steps';

const WAREHOUSE = 'Leipzig';
const COURIER = 'Brook Courier';
/** Share of the past orders that the courier delivers. In the live demo it delivers all, because it takes minutes. */
const COURIER_SHARE = 0.25;
/** Until when a service promises a parcel, in days after it was handed over. */
const PROMISED_DAYS = { STANDARD: 4, EXPRESS: 2.5 };
const COURIER_PROMISE_MS = 6 * MS_PER_MINUTE;

/** The destinations, and the first characters of their postcodes. */
const REGIONS: readonly (Region & { readonly postcodePrefix: string; readonly timeZone: string })[] = [
  region('Berlin', 'DE', '101', 5, 'Europe/Berlin'),
  region('Hamburg', 'DE', '200', 9, 'Europe/Berlin'),
  region('Munich', 'DE', '803', 10, 'Europe/Berlin'),
  region('Vienna', 'AT', '101', 15, 'Europe/Vienna'),
  region('Amsterdam', 'NL', '101', 14, 'Europe/Amsterdam'),
  region('Zurich', 'CH', '800', 16, 'Europe/Zurich'),
];
const CARRIERS = [
  { name: 'Tidewater Parcel', cutOffHour: 17, pace: 1, deliversOnSaturday: true },
  { name: 'Millbrook Post', cutOffHour: 15, pace: 1.2, deliversOnSaturday: false },
];
/** The central hub of each carrier that the simulator sends these regions through, and where it is. */
const CENTRAL = 'central-2';
const CENTRAL_PLACE = 'Frankfurt';

/** The fictitious carriers of the demo shop: the known truth that estimates are compared with. */
const NETWORK: Network = {
  carriers: CARRIERS,
  origins: [WAREHOUSE],
  regions: REGIONS,
  holidays: new Map(),
  hubs: new Map(
    CARRIERS.flatMap(({ name, pace }) =>
      [WAREHOUSE, CENTRAL, ...REGIONS.map((one) => one.name)].map((place) => [
        `${name}/${place}`,
        { dwellHours: 4 * pace, exceptionShare: 0.015 },
      ]),
    ),
  ),
};
const SIMULATOR = new ParcelSimulator(NETWORK);

export interface DemoParcel {
  /** The record of the shipment and its scans, in order of time. Some of them may be in the future. */
  readonly events: readonly StoredEvent[];
  /** In milliseconds since 1970 (UTC); undefined if it is lost or goes back. */
  readonly deliveredAt: number | undefined;
}

/**
 * Returns the synthetic parcel of an order. It depends only on the arguments.
 * @param shippedAt when the carrier takes it, in milliseconds since 1970 (UTC)
 * @param isLive whether the courier delivers it within minutes
 */
export function demoParcel(orderId: string, shippedAt: number, isLive: boolean): DemoParcel {
  const random = new RandomDraws(hashOf(`parcel of ${orderId}`));
  const isCourier = random.happens(COURIER_SHARE) || isLive;
  const destination = isCourier ? REGIONS[0]! : random.pick(REGIONS);
  const service = random.happens(SERVICES[1].share) ? SERVICES[1] : SERVICES[0];
  const carrier = random.pick(CARRIERS);
  const route = SIMULATOR.routeBetween(carrier, service, WAREHOUSE, destination);
  const scans: { type: ScanType; at: number; place: string | null }[] = [
    { type: 'LABEL_CREATED', at: shippedAt, place: null },
  ];
  let position: ParcelPosition | undefined = { type: 'PICKED_UP', at: shippedAt + 1, hub: -1, attempts: 0 };
  while (position !== undefined) {
    scans.push({ type: position.type, at: position.at, place: placeOf(position, route.route) });
    const next: ParcelPosition | undefined = isCourier
      ? nextOfCourier(position, random)
      : SIMULATOR.next(route, position, random);
    position = next && { ...next, at: Math.round(next.at) };
  }
  const trackingNumber = `DEMO${hashOf(orderId)}`;
  const record: ShipmentRecord = {
    orderId,
    kind: 'OUTBOUND',
    carrier: isCourier ? COURIER : carrier.name,
    service: isCourier ? 'SAME_HOUR' : service.name,
    trackingNumber,
    trackingUrl: `https://parcels.example/${trackingNumber}`,
    origin: WAREHOUSE,
    originCountry: 'DE',
    originPostcodePrefix: '041',
    destination: null,
    country: destination.country,
    postcodePrefix: destination.postcodePrefix,
    promisedAt: shippedAt + (isCourier ? COURIER_PROMISE_MS : PROMISED_DAYS[service.name] * MS_PER_DAY),
    units: null,
  };
  const shipmentId = parcelIdOf(orderId);
  return {
    events: [
      eventOfRecord(shipmentId, { updatedAt: shippedAt, record }),
      ...scans.map(({ type, at, place }, index) =>
        eventOfScan(shipmentId, `scan-${index + 1}`, {
          ...{ type, at, place, timeZone: destination.timeZone, rawCode: null, description: null },
        }),
      ),
    ],
    deliveredAt: scans.find(({ type }) => type === 'DELIVERED')?.at,
  };
}

/** Returns the id of the parcel of an order. */
export const parcelIdOf = (orderId: string): string => `${orderId}-1`;

/** Returns the next step of the courier, who rides from the warehouse straight to the customer. */
function nextOfCourier({ type, at, ...rest }: ParcelPosition, random: RandomDraws): ParcelPosition | undefined {
  const after = (next: ScanType, minutes: number) => ({
    ...rest,
    type: next,
    at: at + random.logNormal(minutes, 0.35) * MS_PER_MINUTE,
  });
  if (type === 'PICKED_UP') return after('OUT_FOR_DELIVERY', 0.7);
  return type === 'OUT_FOR_DELIVERY' ? after('DELIVERED', 1.5) : undefined;
}

function placeOf({ type, hub }: ParcelPosition, route: readonly string[]): string | null {
  if (type !== 'HUB_IN' && type !== 'HUB_OUT' && type !== 'EXCEPTION') return null;
  const place = route[hub]!.slice(route[hub]!.indexOf('/') + 1);
  return place === CENTRAL ? CENTRAL_PLACE : place;
}

function region(name: string, country: string, postcodePrefix: string, distanceHours: number, timeZone: string) {
  return {
    name,
    country,
    postcodePrefix,
    distanceHours,
    timeZone,
    needsCustoms: country === 'CH',
    attemptSuccess: 0.93,
  };
}

/** Duration of the past that has parcels. Older orders were delivered long ago. */
export const PARCEL_DAYS = 45;
export const MIN_RETURN_MS = 24 * MS_PER_HOUR;
