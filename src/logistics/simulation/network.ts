import { RandomDraws } from './random';

/** Synthetic carriers and their hubs. Durations are medians in hours. */
export interface Network {
  readonly carriers: readonly Carrier[];
  readonly origins: readonly string[];
  readonly regions: readonly Region[];
  /** Days without deliveries, in addition to the weekly ones: days since 1970 by country. */
  readonly holidays: ReadonlyMap<string, ReadonlySet<number>>;
  readonly hubs: ReadonlyMap<string, Hub>;
}

export interface Carrier {
  readonly name: string;
  /** Parcels with a label before this hour of a working day are picked up on the same day. */
  readonly cutOffHour: number;
  /** Factor of travel times. */
  readonly pace: number;
  readonly deliversOnSaturday: boolean;
}

export interface Hub {
  readonly dwellHours: number;
  readonly exceptionShare: number;
}

/** A region of destinations. */
export interface Region {
  readonly country: string;
  readonly name: string;
  readonly distanceHours: number;
  readonly needsCustoms: boolean;
  /** Probability that a delivery attempt succeeds. */
  readonly attemptSuccess: number;
}

/** A period in which a hub is slower. */
export interface Slowdown {
  readonly hub: string;
  readonly from: number;
  readonly to: number;
  readonly factor: number;
}

export const SERVICES = [
  { name: 'STANDARD', factor: 1, share: 0.75 },
  { name: 'EXPRESS', factor: 0.5, share: 0.25 },
] as const;

/** All warehouses are in this country. */
export const ORIGIN_COUNTRY = 'DE';

const COUNTRIES = ['AT', 'CH', 'DE', 'FR', 'NL'];
const REGIONS_PER_COUNTRY = 2;
const CARRIERS = 3;
const ORIGINS = 2;
const CENTRAL_HUBS = 2;
const HOLIDAYS_PER_YEAR = 10;

/**
 * Draws a network.
 * @param days first and last day, in days since 1970, of the period that holidays are drawn for
 */
export function drawNetwork(seed: number, days: readonly [number, number]): Network {
  const random = new RandomDraws(seed);
  const carriers = Array.from({ length: CARRIERS }, (_, at): Carrier => ({
    name: `carrier-${at + 1}`,
    cutOffHour: 12 + random.index(7),
    pace: random.between(0.8, 1.4),
    deliversOnSaturday: random.happens(0.6),
  }));
  const origins = Array.from({ length: ORIGINS }, (_, at) => `warehouse-${at + 1}`);
  const regions = COUNTRIES.flatMap((country) =>
    Array.from({ length: REGIONS_PER_COUNTRY }, (_, at): Region => ({
      country,
      name: `${country}-${at + 1}`,
      distanceHours: random.between(4, 30),
      needsCustoms: country === 'CH',
      attemptSuccess: random.between(0.8, 0.97),
    })),
  );
  const hubs = new Map<string, Hub>();
  for (const carrier of carriers)
    for (const name of [
      ...origins.map((origin) => originHub(carrier.name, origin)),
      ...Array.from({ length: CENTRAL_HUBS }, (_, at) => `${carrier.name}/central-${at + 1}`),
      ...regions.map((region) => destinationHub(carrier.name, region.name)),
    ])
      hubs.set(name, { dwellHours: random.between(2, 10), exceptionShare: random.between(0.005, 0.03) });
  const [first, last] = days;
  const holidays = new Map(
    COUNTRIES.map((country) => {
      const count = Math.max(1, Math.round((HOLIDAYS_PER_YEAR * (last - first)) / 365));
      return [country, new Set(Array.from({ length: count }, () => first + random.index(last - first)))] as const;
    }),
  );
  return { carriers, origins, regions, holidays, hubs };
}

/** Returns the hubs between an origin and a region. Regions far away are served through a central hub. */
export function routeOf({ name }: Carrier, origin: string, region: Region): string[] {
  const central = `${name}/central-${1 + (region.name.endsWith('1') ? 0 : 1)}`;
  const middle = region.distanceHours > 12 ? [central] : [];
  return [originHub(name, origin), ...middle, destinationHub(name, region.name)];
}

function originHub(carrier: string, origin: string): string {
  return `${carrier}/${origin}`;
}

function destinationHub(carrier: string, region: string): string {
  return `${carrier}/${region}`;
}
