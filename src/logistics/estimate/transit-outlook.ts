import { SCAN_TYPES, type Parcel, type ScanType } from '../parcel';
import type { ParcelProgress } from './parcel-progress';
import { stepOf, typeOfStep, type UsualSteps } from './usual-steps';

/** How much slower than usual a hub is now: 1 is usual. */
export type SlownessOf = (hub: string) => number;

/** The rest of the usual route of a parcel, at the present pace of its hubs. All durations are in hours. */
export interface TransitOutlook {
  /** Until the last hub, or the last step before the delivery. */
  readonly untilLastHub: number;
  /** The part of it until the next step. */
  readonly untilNextStep: number;
  /** The usual time in that hub, at its present pace. */
  readonly inLastHub: number;
  /** From the last hub until the delivery, usually. */
  readonly afterLastHub: number;
  readonly hubsLeft: number;
  /** The usual time from the first scan until now. */
  readonly usualElapsed: number;
}

/** Adds up the usual steps that are still to come. */
export function transitOutlook(
  parcel: Parcel,
  progress: ParcelProgress,
  usual: UsualSteps,
  slownessOf: SlownessOf,
): TransitOutlook {
  const route = usual.routeOf(parcel);
  const place = placeOnRoute(route, progress);
  const lastHub = route.findLastIndex((step) => step.startsWith('HUB_IN'));
  const end = lastHub >= 0 ? lastHub : route.length - 2;
  let [untilLastHub, untilNextStep, inLastHub, afterLastHub, usualElapsed, hubsLeft] = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at + 1 < route.length; at++) {
    const step = route[at];
    const hours = usual.hours(parcel, step, route[at + 1]);
    if (at < place) {
      usualElapsed += hours;
      continue;
    }
    const stepHub = hubOf(step);
    const slowness = step.startsWith('HUB_IN') && stepHub !== undefined ? slownessOf(stepHub) : 1;
    if (step.startsWith('HUB_IN')) hubsLeft++;
    if (at === place && at < end) untilNextStep = hours * slowness;
    if (at < end) untilLastHub += hours * slowness;
    else if (at === end) inLastHub += hours * slowness;
    else afterLastHub += hours;
  }
  return { untilLastHub, untilNextStep, inLastHub, afterLastHub, hubsLeft, usualElapsed };
}

/**
 * Returns the place on the route that a parcel has reached. If its last step is not on the route, the place of a step of
 * the same type: as many hubs on as the parcel has been in. If no step has the type, the last step of the nearest type
 * that usually comes before it, or the first step.
 */
function placeOnRoute(route: readonly string[], { lastUsual, hubs }: ParcelProgress): number {
  const exact = route.indexOf(stepOf(lastUsual));
  if (exact >= 0) return exact;
  const places = (type: ScanType) => route.flatMap((step, at) => (typeOfStep(step) === type ? [at] : []));
  const same = places(lastUsual.type);
  if (same.length > 0) return same[Math.min(same.length, Math.max(1, hubs)) - 1];
  if (lastUsual.type === 'EXCEPTION') return 0;
  for (let rank = SCAN_TYPES.indexOf(lastUsual.type) - 1; rank >= 0; rank--) {
    const before = places(SCAN_TYPES[rank]);
    if (before.length > 0) return before[before.length - 1];
  }
  return 0;
}

function hubOf(step: string): string | undefined {
  const space = step.indexOf(' ');
  return space < 0 ? undefined : step.slice(space + 1);
}
