import { weekdayOf } from '../../learn/calendar-terms';
import { MS_PER_DAY } from '../../learn/durations';
import { drawNetwork, routeOf, type Network, type Slowdown } from '../../logistics/simulation/network';
import { drawRemainingHours } from '../../logistics/simulation/oracle';
import { ParcelSimulator } from '../../logistics/simulation/parcel-simulator';
import { RandomDraws } from '../../logistics/simulation/random';
import { simulateParcels, WEEKEND_VOLUME, type SimulatedParcel } from '../../logistics/simulation/simulate-parcels';
import type { IsHoliday } from '../../logistics/estimate/working-calendar';
import type { DeliveryPrediction } from './live-predictions';
import { utcCalendar, type CalendarOf } from './utc-calendar';
import { scoresBy, type DeliveryScores, type OracleQuantiles, type ScoredPrediction } from './delivery-scores';

export interface SimulationSettings {
  readonly seed: number;
  readonly parcels: number;
  /** Factor of the time in the busiest central hub from a day on; 1: no hub slows down. */
  readonly slowdown: number;
  /** Number of draws of the oracle for each prediction. */
  readonly draws: number;
}

/** The simulated period: fitted, then evaluated. */
const FIRST_DAY = Math.floor(Date.UTC(2026, 0, 5) / MS_PER_DAY);
const DAYS = 180;
const CUT_DAY = 120;
const SUNDAY = 6;
/** A hub slows down on this day, for the rest of the period. */
const SLOW_DAY = 150;
/** After this number of days, most parcels have been in the slow hub. */
const SETTLED_DAYS = 5;
/** Weekends have fewer parcels. */
const WEEKDAYS_EQUIVALENT = (5 + 2 * WEEKEND_VOLUME) / 7;

/** Synthetic parcels with the simulator that drew them. */
export interface SimulatedDeliveries {
  readonly parcels: readonly SimulatedParcel[];
  readonly cut: number;
  readonly isHoliday: IsHoliday;
  readonly calendarOf: CalendarOf;
  readonly simulator: ParcelSimulator;
  /** The hub that slows down, and when; undefined if none does. */
  readonly slowdown: Slowdown | undefined;
}

export function simulateDeliveries({ seed, parcels, slowdown }: SimulationSettings): SimulatedDeliveries {
  const network = drawNetwork(seed, [FIRST_DAY, FIRST_DAY + DAYS + 60]);
  const from = (FIRST_DAY + SLOW_DAY) * MS_PER_DAY;
  const slow = { hub: busiestCentralHub(network), from, to: Infinity, factor: slowdown };
  const simulator = new ParcelSimulator(network, slowdown === 1 ? [] : [slow]);
  const period = { firstDay: FIRST_DAY, days: DAYS, parcelsPerDay: parcels / (DAYS * WEEKDAYS_EQUIVALENT) };
  const isHoliday: IsHoliday = (country, day) => network.holidays.get(country)?.has(day) ?? false;
  return {
    parcels: simulateParcels(network, simulator, { ...period, seed: seed + 1 }),
    cut: (FIRST_DAY + CUT_DAY) * MS_PER_DAY,
    isHoliday,
    calendarOf: (country) => utcCalendar((day) => weekdayOf(day) === SUNDAY || isHoliday(country, day)),
    simulator,
    slowdown: slowdown === 1 ? undefined : slow,
  };
}

/** Adds the oracle's quantiles to predictions of simulated parcels. */
export function withOracle(
  predictions: readonly DeliveryPrediction[],
  { simulator }: SimulatedDeliveries,
  { draws, seed }: SimulationSettings,
): ScoredPrediction[] {
  const random = new RandomDraws(seed + 2);
  return predictions.map((prediction) => {
    const { simulatedRoute, positions } = prediction.parcel as SimulatedParcel;
    const hours = drawRemainingHours(simulator, simulatedRoute, positions[prediction.scan], draws, random);
    return { ...prediction, oracle: quantilesOf(hours) };
  });
}

/**
 * Returns the whole days since the slowdown for a prediction whose parcel has not left the slow hub yet; undefined for
 * other predictions.
 */
export function daysBehindSlowdown({ parcel, scan }: DeliveryPrediction, { hub, from }: Slowdown): number | undefined {
  const { simulatedRoute, positions } = parcel as SimulatedParcel;
  const place = simulatedRoute.route.indexOf(hub);
  const position = positions[scan];
  const isInside = position.hub === place && (position.type === 'HUB_IN' || position.type === 'EXCEPTION');
  const isBehind = place >= 0 && (position.hub < place || isInside);
  return isBehind ? Math.floor((position.at - from) / MS_PER_DAY) : undefined;
}

/** Returns the scores of the predictions whose parcel has the slow hub ahead, by the time since it became slow. */
export function slowdownScores(predictions: readonly ScoredPrediction[], slowdown: Slowdown): DeliveryScores[] {
  return scoresBy(predictions, (prediction) => {
    const days = daysBehindSlowdown(prediction, slowdown);
    if (days === undefined) return undefined;
    if (days < 0) return 'before';
    if (days < 1) return 'day 1';
    return days < SETTLED_DAYS ? `day 2 to ${SETTLED_DAYS}` : `from day ${SETTLED_DAYS + 1} on`;
  });
}

/** Returns the central hub on the routes to most regions, over all carriers and origins. */
export function busiestCentralHub({ carriers, origins, regions, hubs }: Network): string {
  const counts = new Map([...hubs.keys()].filter((name) => name.includes('/central-')).map((name) => [name, 0]));
  for (const carrier of carriers)
    for (const origin of origins)
      for (const region of regions)
        for (const hub of routeOf(carrier, origin, region)) {
          const count = counts.get(hub);
          if (count !== undefined) counts.set(hub, count + 1);
        }
  const [[name]] = [...counts].sort(([, a], [, b]) => b - a);
  return name;
}

function quantilesOf(sorted: Float64Array): OracleQuantiles {
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { median: at(0.5), low: at(0.1), high: at(0.9) };
}
