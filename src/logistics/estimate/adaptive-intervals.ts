/** Nominal share of deliveries outside the interval on each side. */
export const MISS_SHARE = 0.1;

/** With more open intervals in a group than this, each of its results moves a bound less. */
const MAX_OPEN_AT_FULL_RATE = 100;

/** By how much the bounds of an interval are moved outwards, in log-hours; negative: inwards. */
export interface Corrections {
  readonly low: number;
  readonly high: number;
}

/** The sides on which a delivery was outside its interval. */
export interface MissedSides {
  readonly low: boolean;
  readonly high: boolean;
}

/**
 * Corrections of the bounds of the intervals, by groups of parcels, so that each side misses the nominal share of
 * deliveries even while durations drift. After each result, a bound moves by rate × (missed − nominal share): online
 * quantile tracking (Angelopoulos, Candès & Tibshirani, Conformal PID control for time series prediction, NeurIPS 2023,
 * which continues Gibbs & Candès, Adaptive conformal inference, NeurIPS 2021). After n results at one rate, the share of
 * misses differs from the nominal one by at most (range of the corrections) / (rate × n), in any order of results.
 *
 * Results come late: while a bound is wrong, all intervals that are open now will repeat its error. So the rate is
 * divided by the number of open intervals of the group where they are many; otherwise the bound would overshoot.
 *
 * A result is known at the arrival of the parcel or at the end of its interval: the earlier of both. So slow parcels count
 * in time.
 */
export class AdaptiveIntervals {
  private readonly groups = new Map<string, Corrections>();
  private readonly openCounts = new Map<string, number>();

  /** @param rate change of a bound per miss, in log-hours */
  constructor(private readonly rate = 0.008) {}

  /** Returns the corrections of a group; without any, those of the fallback. */
  corrections(group: string, fallback: string): Corrections {
    return this.groups.get(group) ?? this.groups.get(fallback) ?? { low: 0, high: 0 };
  }

  /** Sets the first corrections of a group. */
  setInitial(group: string, corrections: Corrections): void {
    this.groups.set(group, corrections);
  }

  /** Counts an interval whose result is not known yet. */
  open(group: string): void {
    this.openCounts.set(group, this.openCount(group) + 1);
  }

  /** Closes an interval without a result. */
  discard(group: string): void {
    this.openCounts.set(group, Math.max(0, this.openCount(group) - 1));
  }

  /**
   * Closes an interval with a result, and applies it to the group. A group without corrections begins with those of the
   * fallback.
   * @param weight probability that the result counts
   */
  observe(group: string, fallback: string, missed: MissedSides, weight = 1): void {
    const { low, high } = this.corrections(group, fallback);
    const rate = weight * this.rate * Math.min(1, MAX_OPEN_AT_FULL_RATE / this.openCount(group));
    this.discard(group);
    const step = (isMissed: boolean) => rate * ((isMissed ? 1 : 0) - MISS_SHARE);
    this.groups.set(group, { low: low + step(missed.low), high: high + step(missed.high) });
  }

  private openCount(group: string): number {
    return this.openCounts.get(group) ?? 0;
  }
}
