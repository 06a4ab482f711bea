import { MS_PER_HOUR } from '../../learn/durations';
import { isTransitStage, laneOf, type Parcel, type Scan, type TrackedParcel } from '../parcel';
import { type RunningMean, runningMeanOf } from './running-mean';

/** Weight of the more general mean in that of a more specific group, in observations. */
const SHRINKAGE = 10;
/** A longer pause is an exception; it counts as this, so that a single parcel does not move a mean. */
export const MAX_STEP_HOURS = 240;
/** Duration of a step that no parcel has taken. */
const DEFAULT_STEP_HOURS = 12;

/** A step of a parcel: the type of the scan and the hub. */
export function stepOf({ type, hub }: Pick<Scan, 'type' | 'hub'>): string {
  return hub === null ? type : `${type} ${hub}`;
}

/** Returns the type of the scan of a step. */
export function typeOfStep(step: string): string {
  return step.split(' ', 1)[0];
}

/** How often parcels of a group have taken each route. */
class RouteCounts {
  private readonly counts = new Map<string, number>();
  private bestCount = 0;
  /** The steps of the most frequent route. */
  best: readonly string[] = [];

  add(steps: readonly string[]): void {
    const route = steps.join('\n');
    const count = (this.counts.get(route) ?? 0) + 1;
    this.counts.set(route, count);
    if (count <= this.bestCount) return;
    this.bestCount = count;
    this.best = steps;
  }
}

/** The usual route of parcels, and how long its steps usually take. */
export class UsualSteps {
  private readonly routes = new Map<string, RouteCounts>();
  private readonly durations = new Map<string, RunningMean>();

  /** Adds a delivered parcel. */
  add(parcel: TrackedParcel): void {
    const { scans } = parcel;
    const steps = scans.filter(({ type }) => isUsual(type)).map(stepOf);
    const types = steps.map(typeOfStep);
    const [lane, ...general] = routeKeys(parcel);
    this.countsOf(lane).add(steps);
    // Hubs differ between lanes, so a more general route consists of types only.
    for (const key of general) this.countsOf(key).add(types);
    for (let at = 1; at < scans.length; at++) {
      const [from, to] = [scans[at - 1], scans[at]];
      const hours = Math.min(MAX_STEP_HOURS, (to.at - from.at) / MS_PER_HOUR);
      for (const key of durationKeys(parcel, stepOf(from), stepOf(to))) runningMeanOf(this.durations, key).add(hours);
    }
  }

  /**
   * Returns the most frequent steps from the label to the delivery: of parcels with the same carrier and lane; without
   * any, the types of the steps of parcels with the same carrier and service, then of the carrier's, then of all. Empty
   * if no parcel has been delivered.
   */
  routeOf(parcel: Parcel): readonly string[] {
    for (const key of routeKeys(parcel)) {
      const counts = this.routes.get(key);
      if (counts !== undefined) return counts.best;
    }
    return [];
  }

  /** Returns the mean hours from one step to the next one, shrunk towards those of more general groups. */
  hours(parcel: Parcel, from: string, to: string): number {
    let mean = DEFAULT_STEP_HOURS;
    for (const key of durationKeys(parcel, from, to).reverse())
      mean = this.durations.get(key)?.shrunkTo(mean, SHRINKAGE) ?? mean;
    return mean;
  }

  private countsOf(key: string): RouteCounts {
    let counts = this.routes.get(key);
    if (counts === undefined) this.routes.set(key, (counts = new RouteCounts()));
    return counts;
  }
}

function isUsual(type: Scan['type']): boolean {
  if (type === 'DELIVERED') return true;
  return isTransitStage(type) && !['EXCEPTION', 'DELIVERY_ATTEMPTED', 'AVAILABLE_FOR_PICKUP'].includes(type);
}

/** The most specific group first. */
function routeKeys(parcel: Parcel): [string, ...string[]] {
  const { carrier, service } = parcel;
  return [`lane\n${carrier}\n${laneOf(parcel)}`, `service\n${carrier}\n${service}`, `carrier\n${carrier}`, 'all'];
}

/** The most specific group first. */
function durationKeys(parcel: Parcel, from: string, to: string): string[] {
  const { carrier, service } = parcel;
  const step = `${from}\n${to}`;
  const types = `${typeOfStep(from)}\n${typeOfStep(to)}`;
  return [
    `lane\n${carrier}\n${service}\n${laneOf(parcel)}\n${step}`,
    `service\n${carrier}\n${service}\n${step}`,
    `step\n${step}`,
    `types of service\n${carrier}\n${service}\n${types}`,
    `types\n${types}`,
  ];
}
