import { MS_PER_HOUR } from '../../learn/durations';
import type { SimulatedRoute, ParcelSimulator, ParcelPosition } from './parcel-simulator';
import { type RandomDraws } from './random';

/**
 * The oracle: draws the remaining times of a parcel from the simulator, given where the parcel is. No estimate can be
 * better on average. Parcels that never arrive are left out, as in the evaluation.
 * @returns hours, ascending
 */
export function drawRemainingHours(
  simulator: ParcelSimulator,
  simulatedRoute: SimulatedRoute,
  from: ParcelPosition,
  draws: number,
  random: RandomDraws,
): Float64Array {
  const hours: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    let position: ParcelPosition = from;
    for (;;) {
      const next = simulator.next(simulatedRoute, position, random);
      if (next === undefined) break;
      position = next;
      if (position.type === 'RETURNING' || position.type === 'LOST') break;
    }
    if (position.type === 'DELIVERED') hours.push((position.at - from.at) / MS_PER_HOUR);
  }
  return Float64Array.from(hours).sort();
}
