import { MS_PER_DAY, MS_PER_HOUR } from '../../learn/durations';
import type { ScanType } from '../parcel';
import {
  ORIGIN_COUNTRY,
  routeOf,
  type SERVICES,
  type Carrier,
  type Hub,
  type Network,
  type Region,
  type Slowdown,
} from './network';
import type { RandomDraws } from './random';

const SATURDAY = 5;
const SUNDAY = 6;
/** Parcels that are ready later go out on the next working day. */
const READY_HOUR = 6.5;
const MAX_ATTEMPTS = 3;
/** A parcel that is not fetched goes back after a week. */
const PICKUP_HOURS = 168;
const LOST_SHARE = 0.003;

/** The route of a parcel, and what the durations on it depend on. */
export interface SimulatedRoute {
  readonly carrier: Carrier;
  readonly service: (typeof SERVICES)[number];
  readonly origin: string;
  readonly region: Region;
  readonly route: readonly string[];
}

/** Where a parcel is: the last thing that happened to it. What happens next depends on nothing else. */
export interface ParcelPosition {
  readonly type: ScanType;
  readonly at: number;
  /** The last hub of the route that it has entered; −1 before the first. */
  readonly hub: number;
  readonly attempts: number;
}

/** The probability model of the synthetic parcels: a Markov chain in continuous time. */
export class ParcelSimulator {
  constructor(
    private readonly network: Network,
    private readonly slowdowns: readonly Slowdown[] = [],
  ) {}

  routeBetween(carrier: Carrier, service: (typeof SERVICES)[number], origin: string, region: Region): SimulatedRoute {
    return { carrier, service, origin, region, route: routeOf(carrier, origin, region) };
  }

  /** Draws what happens next; undefined if nothing does. */
  next(parcel: SimulatedRoute, position: ParcelPosition, random: RandomDraws): ParcelPosition | undefined {
    const { type, at, hub, attempts } = position;
    const move = (next: ScanType, hours: number, nextHub = hub, nextAttempts = attempts): ParcelPosition => ({
      type: next,
      at: at + hours * MS_PER_HOUR,
      hub: nextHub,
      attempts: nextAttempts,
    });
    switch (type) {
      case 'LABEL_CREATED':
        return { ...position, type: 'PICKED_UP', at: this.pickup(parcel, at) + random.between(0, 2) * MS_PER_HOUR };
      case 'PICKED_UP':
        return move('HUB_IN', random.logNormal(2.5 * parcel.carrier.pace, 0.35), 0);
      case 'HUB_IN':
        return this.leaveHub(parcel, position, random);
      case 'EXCEPTION':
        return this.depart(parcel, position, random.logNormal(30, 0.5), random);
      case 'HUB_OUT': {
        if (random.happens(LOST_SHARE)) return move('LOST', 24 * 20);
        const travel = this.travelHours(parcel, hub, random);
        if (parcel.region.needsCustoms && hub === parcel.route.length - 2) return move('CUSTOMS', 0.7 * travel);
        return move('HUB_IN', travel, hub + 1);
      }
      case 'CUSTOMS':
        return move('HUB_IN', random.logNormal(14, 0.7), hub + 1);
      case 'OUT_FOR_DELIVERY': {
        const hours = 1 + 9 * Math.max(random.between(0, 1) * random.between(0.5, 1), random.between(0, 0.6));
        const succeeds = random.happens(parcel.region.attemptSuccess);
        return succeeds ? move('DELIVERED', hours) : move('DELIVERY_ATTEMPTED', hours, hub, attempts + 1);
      }
      case 'DELIVERY_ATTEMPTED':
        if (attempts >= MAX_ATTEMPTS) return move('AVAILABLE_FOR_PICKUP', random.between(2, 4));
        return this.goOut(parcel, position, at, random);
      case 'AVAILABLE_FOR_PICKUP': {
        const hours = random.logNormal(30, 0.8);
        return hours > PICKUP_HOURS ? move('RETURNING', PICKUP_HOURS) : move('DELIVERED', hours);
      }
      default:
        return undefined;
    }
  }

  private leaveHub(parcel: SimulatedRoute, position: ParcelPosition, random: RandomDraws): ParcelPosition {
    const name = parcel.route[position.hub];
    const { dwellHours, exceptionShare } = this.network.hubs.get(name) as Hub;
    if (random.happens(exceptionShare))
      return { ...position, type: 'EXCEPTION', at: position.at + random.logNormal(3, 0.3) * MS_PER_HOUR };
    const median = dwellHours * parcel.service.factor * this.slowness(name, position.at);
    return this.depart(parcel, position, random.logNormal(median, 0.45), random);
  }

  /** From a hub to the next one, or from the last hub to the customer. */
  private depart(parcel: SimulatedRoute, position: ParcelPosition, hours: number, random: RandomDraws): ParcelPosition {
    const at = position.at + hours * MS_PER_HOUR;
    if (position.hub === parcel.route.length - 1) return this.goOut(parcel, position, at, random);
    return { ...position, type: 'HUB_OUT', at };
  }

  /** Goes out on the first morning of a working day after the parcel is ready. */
  private goOut(parcel: SimulatedRoute, position: ParcelPosition, ready: number, random: RandomDraws): ParcelPosition {
    let day = Math.floor(ready / MS_PER_DAY);
    if (ready - day * MS_PER_DAY > READY_HOUR * MS_PER_HOUR) day++;
    while (!this.isWorkingDay(day, parcel.region.country, parcel.carrier.deliversOnSaturday)) day++;
    const at = day * MS_PER_DAY + random.between(7, 8.5) * MS_PER_HOUR;
    return { ...position, type: 'OUT_FOR_DELIVERY', at };
  }

  private pickup({ carrier }: SimulatedRoute, at: number): number {
    let day = Math.floor(at / MS_PER_DAY);
    if (at - day * MS_PER_DAY > carrier.cutOffHour * MS_PER_HOUR) day++;
    while (!this.isWorkingDay(day, ORIGIN_COUNTRY, false)) day++;
    return day * MS_PER_DAY + carrier.cutOffHour * MS_PER_HOUR;
  }

  private travelHours({ carrier, region, route, service }: SimulatedRoute, hub: number, random: RandomDraws): number {
    const legs = route.length - 1;
    const share = legs === 1 ? 1 : hub === 0 ? 0.4 : 0.6;
    return random.logNormal(region.distanceHours * share * carrier.pace * Math.sqrt(service.factor), 0.2);
  }

  private slowness(hub: string, at: number): number {
    const slow = this.slowdowns.find((each) => each.hub === hub && each.from <= at && at < each.to);
    return slow?.factor ?? 1;
  }

  private isWorkingDay(day: number, country: string, saturdays: boolean): boolean {
    const weekday = (day + 3) % 7;
    if (weekday === SUNDAY || (weekday === SATURDAY && !saturdays)) return false;
    return !this.network.holidays.get(country)?.has(day);
  }
}
