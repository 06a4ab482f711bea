import { MS_PER_DAY, MS_PER_HOUR } from '../../learn/durations';
import { startedAt, type Scan, type TrackedParcel } from '../parcel';
import { ORIGIN_COUNTRY, SERVICES, type Network } from './network';
import { type SimulatedRoute, type ParcelSimulator, type ParcelPosition } from './parcel-simulator';
import { RandomDraws } from './random';

export interface SimulationOptions {
  readonly seed: number;
  /** First day, in days since 1970. */
  readonly firstDay: number;
  readonly days: number;
  readonly parcelsPerDay: number;
}

/** A synthetic parcel. */
export interface SimulatedParcel extends TrackedParcel {
  readonly simulatedRoute: SimulatedRoute;
  /** Where the parcel was at each of its scans. */
  readonly positions: readonly ParcelPosition[];
}

/** Share of the hub scans that carriers omit. */
const OMITTED_SCANS = 0.04;
/** Orders of Saturday and Sunday as a share of those of other days. */
export const WEEKEND_VOLUME = 0.6;

/** Draws the parcels of a period with all their scans, the oldest label first. */
export function simulateParcels(
  network: Network,
  simulator: ParcelSimulator,
  options: SimulationOptions,
): SimulatedParcel[] {
  const { seed, firstDay, days, parcelsPerDay } = options;
  const random = new RandomDraws(seed);
  const parcels: SimulatedParcel[] = [];
  // The fraction of a parcel is carried over to the next day.
  let volume = 0;
  for (let day = firstDay; day < firstDay + days; day++) {
    volume += parcelsPerDay * ((day + 3) % 7 >= 5 ? WEEKEND_VOLUME : 1);
    for (; volume >= 1; volume--) {
      const hour = 6 + 17 * (0.5 * random.between(0, 1) + 0.5 * random.between(0, 1));
      parcels.push(
        simulateParcel(`P${parcels.length + 1}`, day * MS_PER_DAY + hour * MS_PER_HOUR, network, simulator, random),
      );
    }
  }
  return parcels.sort((a, b) => startedAt(a) - startedAt(b));
}

function simulateParcel(
  id: string,
  at: number,
  network: Network,
  simulator: ParcelSimulator,
  random: RandomDraws,
): SimulatedParcel {
  const [standard, express] = SERVICES;
  const service = random.happens(express.share) ? express : standard;
  const simulatedRoute = simulator.routeBetween(
    random.pick(network.carriers),
    service,
    random.pick(network.origins),
    random.pick(network.regions),
  );
  const scans: Scan[] = [];
  const positions: ParcelPosition[] = [];
  let position: ParcelPosition | undefined = { type: 'LABEL_CREATED', at: Math.round(at), hub: -1, attempts: 0 };
  while (position !== undefined) {
    const isHubScan = position.type === 'HUB_IN' || position.type === 'HUB_OUT';
    if (!isHubScan || !random.happens(OMITTED_SCANS)) {
      const isAtHub = isHubScan || position.type === 'EXCEPTION';
      const hub = isAtHub ? simulatedRoute.route[position.hub] : null;
      scans.push({ type: position.type, at: position.at, hub });
      positions.push(position);
    }
    const next = simulator.next(simulatedRoute, position, random);
    position = next && { ...next, at: Math.round(next.at) };
  }
  const { carrier, region, origin } = simulatedRoute;
  const parcel = { id, carrier: carrier.name, service: service.name, origin, originCountry: ORIGIN_COUNTRY };
  return {
    ...parcel,
    country: region.country,
    destination: region.name,
    promisedAt: null,
    scans,
    positions,
    simulatedRoute,
  };
}
