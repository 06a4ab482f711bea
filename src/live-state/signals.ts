import { EVENT_TYPES, type EventType, type LogEvent } from '../events/log-event';

/**
 * The effect of one event of a type on interest and orders.
 *
 * Points are summed per subject (customer or visit) and product, units per order and product. The sums are integers.
 * So the facts derived from them (interested: points > 0; in the order: units > 0) depend on the SET of events and
 * never on their sequence.
 */
export interface Signal {
  /** Interest points, per unit if `perUnit`. They are negative for RETURN, REMOVE_FROM_CART and DISLIKE. */
  readonly points: number;
  readonly perUnit: boolean;
  /** +1: adds units to the order and popularity to the product; −1: removes both. */
  readonly units: -1 | 0 | 1;
}

const NO_SIGNAL: Signal = { points: 0, perUnit: false, units: 0 };

/** Points that outweigh any plausible number of views and purchases of one product. A LIKE cancels one DISLIKE. */
const OPINION_POINTS = 1000;

export const SIGNALS: Readonly<Record<EventType, Signal>> = {
  VIEW: { points: 1, perUnit: false, units: 0 },
  CLICK: { points: 1, perUnit: false, units: 0 },
  ADD_TO_CART: { points: 3, perUnit: false, units: 0 },
  REMOVE_FROM_CART: { points: -3, perUnit: false, units: 0 },
  PURCHASE: { points: 8, perUnit: true, units: 1 },
  RETURN: { points: -8, perUnit: true, units: -1 },
  /** Points per star above or below {@link NEUTRAL_RATING}: see {@link interestPoints}. */
  RATE: { points: 40, perUnit: false, units: 0 },
  LIKE: { points: OPINION_POINTS, perUnit: false, units: 0 },
  DISLIKE: { points: -OPINION_POINTS, perUnit: false, units: 0 },
  SEARCH: NO_SIGNAL,
  IMPRESSION: NO_SIGNAL,
  CUSTOM: NO_SIGNAL,
};

/**
 * Event types that change interest or orders. Other types change no state, not even `ShopState.clock`, the time of the
 * newest event.
 */
export const SIGNAL_EVENT_TYPES = EVENT_TYPES.filter((type) => SIGNALS[type].points !== 0 || SIGNALS[type].units !== 0);
const SIGNAL_TYPE_SET: ReadonlySet<EventType> = new Set(SIGNAL_EVENT_TYPES);

export function isSignal({ type }: Pick<LogEvent, 'type'>): boolean {
  return SIGNAL_TYPE_SET.has(type);
}

/**
 * Popularity added by the interest of one customer or session in a product. A purchase adds 1. Interest counts once per
 * subject and product, so that page reloads and repeated changes of interest do not make a product popular.
 */
export const INTEREST_POPULARITY = 0.1;

/** Maximum units per event, so that sums of many events fit into 32 bits. */
const MAX_UNITS = 10_000;

/** A rating of this value adds no interest points. Higher ratings add points, lower ratings subtract points. */
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
