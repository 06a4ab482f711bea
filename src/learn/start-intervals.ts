const MAX_INTERVALS = 4_096;

export interface StartIntervals {
  readonly count: number;
  /** Returns the interval of a start. Later starts have the same or a later interval. */
  intervalOf(this: void, start: number): number;
}

/**
 * Divides time into at most 4,096 intervals that begin at starts of a sample, with about equally many of the sample each.
 * @param sample start times; may be empty
 */
export function startIntervals(sample: Float64Array): StartIntervals {
  const sorted = sample.slice().sort();
  const step = Math.ceil(sorted.length / MAX_INTERVALS);
  const bounds = sorted.filter((start, i) => i % step === 0 && start !== sorted[i - step]);
  return {
    count: Math.max(1, bounds.length),
    intervalOf(start) {
      let [low, high] = [0, bounds.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (bounds[middle] <= start) low = middle + 1;
        else high = middle;
      }
      // The first interval has all starts before the first bound, too.
      return Math.max(0, low - 1);
    },
  };
}
