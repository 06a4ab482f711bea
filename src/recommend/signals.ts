import { EVENT_TYPES, type EventType, type LogEvent } from '../events/log-event';

/**
 * What one event of a type is worth: the one table of signals.
 *
 * Points and units are integers that are only ever added up, per subject and product, so that what follows from them
 * (interested: points > 0; in the order: units > 0) depends on the SET of events and never on their order.
 */
export interface Signal {
  /** Interest points, per unit where `perUnit`. RETURN, REMOVE_FROM_CART and DISLIKE take away. */
  readonly points: number;
  readonly perUnit: boolean;
  /** +1: units come into the order, and the product is the more popular; −1: the other way round. */
  readonly units: -1 | 0 | 1;
}

const NOTHING: Signal = { points: 0, perUnit: false, units: 0 };

/** Outweighs what a customer plausibly viewed or bought of one product; a LIKE takes back one DISLIKE. */
const OPINION = 1000;

export const SIGNALS: Readonly<Record<EventType, Signal>> = {
  VIEW: { points: 1, perUnit: false, units: 0 },
  CLICK: { points: 1, perUnit: false, units: 0 },
  ADD_TO_CART: { points: 3, perUnit: false, units: 0 },
  REMOVE_FROM_CART: { points: -3, perUnit: false, units: 0 },
  PURCHASE: { points: 8, perUnit: true, units: 1 },
  RETURN: { points: -8, perUnit: true, units: -1 },
  /** By value, see {@link interestPoints}. */
  RATE: { points: 40, perUnit: false, units: 0 },
  LIKE: { points: OPINION, perUnit: false, units: 0 },
  DISLIKE: { points: -OPINION, perUnit: false, units: 0 },
  SEARCH: NOTHING,
  IMPRESSION: NOTHING,
  CUSTOM: NOTHING,
};

/** Types that say something of what their subject wants. What was searched for or merely shown moves nothing, no clock either. */
export const TELLING_TYPES = EVENT_TYPES.filter((type) => SIGNALS[type].points !== 0 || SIGNALS[type].units !== 0);
const TELLING: ReadonlySet<EventType> = new Set(TELLING_TYPES);

export function isTelling({ type }: Pick<LogEvent, 'type'>): boolean {
  return TELLING.has(type);
}

/**
 * How much one customer's or session's interest adds to what is popular and trending, where a purchase adds 1: once
 * for each product, ever, so that nobody makes one popular by reloading its page, or by changing their mind.
 */
export const INTEREST_POPULARITY = 0.1;

/** Keeps sums of many events within 32 bits. */
const MAX_UNITS = 10_000;

/** Ratings above this speak for the product, ratings below against it. */
export const NEUTRAL_RATING = 2.5;

export function unitsOf(event: LogEvent): number {
  return SIGNALS[event.type].units * clippedQuantity(event);
}

export function interestPoints(event: LogEvent): number {
  const signal = SIGNALS[event.type];
  if (event.type === 'RATE') return Math.round(signal.points * ((event.rating ?? NEUTRAL_RATING) - NEUTRAL_RATING));
  return signal.perUnit ? signal.points * clippedQuantity(event) : signal.points;
}

function clippedQuantity(event: LogEvent): number {
  return Math.min(MAX_UNITS, Math.max(1, Math.trunc(event.quantity)));
}
