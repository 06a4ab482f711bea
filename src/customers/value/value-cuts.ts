import { MS_PER_DAY } from '../../learn/durations';

/** Distance in days between the cuts of training examples. */
const SPACING_DAYS = 30;
/** Number of cuts that one fit uses. */
const CUTS_PER_FIT = 4;

export interface ValueCuts {
  /** The cuts that a fit on all data uses, newest first. The labels of the newest one end where the data ends. */
  readonly fitted: readonly number[];
  /**
   * The cuts of a fit that is evaluated on the newest cut, newest first: their labels end before the newest cut. Empty
   * if the data is too short.
   */
  readonly beforeNewest: readonly number[];
  /** All of these cuts, newest first. */
  readonly all: readonly number[];
}

/**
 * Chooses the past instants at which training examples are made: features before the cut, labels in the horizon from
 * it. Each cut has at least one horizon of data before it.
 * @param first time of the shop's first order, ms
 * @param end end of the data, ms: labels end here at the latest
 * @returns null if the data is shorter than two horizons
 */
export function valueCuts(first: number, end: number, horizonDays: number): ValueCuts | null {
  const horizon = horizonDays * MS_PER_DAY;
  const cutsFrom = (newest: number): number[] =>
    Array.from({ length: CUTS_PER_FIT }, (_, n) => newest - n * SPACING_DAYS * MS_PER_DAY).filter(
      (cut) => cut - first >= horizon,
    );
  const fitted = cutsFrom(end - horizon);
  if (fitted.length === 0) return null;
  const beforeNewest = cutsFrom(end - 2 * horizon);
  return { fitted, beforeNewest, all: [...new Set([...fitted, ...beforeNewest])].sort((a, b) => b - a) };
}
