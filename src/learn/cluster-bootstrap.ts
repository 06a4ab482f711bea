import { seededRandom } from './seeded-random';

export interface BootstrapOptions {
  readonly seed: number;
  /** Number of resamples; default 2,000. */
  readonly resamples?: number;
  /** Coverage of the interval; default .95. */
  readonly level?: number;
  /**
   * For each value, the number of its cluster, from 0. The values of one cluster, such as those of one customer, are
   * drawn together, because they are not independent. Without it, each value is a cluster of its own.
   */
  readonly clusters?: ArrayLike<number> | null;
}

export interface BootstrapResult {
  /** Mean of the values; NaN if there are none. */
  readonly mean: number;
  /** Percentile interval of the mean, [low, high]; NaN without values. */
  readonly low: number;
  readonly high: number;
  /** Share of the resamples whose mean is below 0. */
  readonly negativeShare: number;
}

const DEFAULT_RESAMPLES = 2_000;
const DEFAULT_LEVEL = 0.95;

/**
 * Bootstrap of a mean (Efron, The Annals of Statistics 7(1), 1979) by clusters: each resample draws as many clusters as
 * there are, with replacement, and takes the mean over all their values (Cameron, Gelbach & Miller, The Review of
 * Economics and Statistics 90(3), 2008, section 2). For a paired comparison of two models, pass the differences of
 * their scores. The interval is that of percentiles.
 * @param values finite numbers
 */
export function clusterBootstrap(values: ArrayLike<number>, options: BootstrapOptions): BootstrapResult {
  const { seed, clusters = null, resamples = DEFAULT_RESAMPLES, level = DEFAULT_LEVEL } = options;
  if (values.length === 0) return { mean: NaN, low: NaN, high: NaN, negativeShare: NaN };
  const { sums, counts } = clusters === null ? singletons(values) : sumClusters(values, clusters);
  const random = seededRandom(seed);
  const means = new Float64Array(resamples);
  let negativeCount = 0;
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    let count = 0;
    for (let draw = 0; draw < sums.length; draw++) {
      const cluster = Math.floor(random() * sums.length);
      sum += sums[cluster]!;
      count += counts[cluster]!;
    }
    means[resample] = sum / count;
    if (sum < 0) negativeCount++;
  }
  means.sort();
  const tail = (1 - level) / 2;
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return {
    mean: total / values.length,
    low: quantileOfSorted(means, tail),
    high: quantileOfSorted(means, 1 - tail),
    negativeShare: negativeCount / resamples,
  };
}

interface Clusters {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

function singletons(values: ArrayLike<number>): Clusters {
  return { sums: Float64Array.from(values), counts: new Float64Array(values.length).fill(1) };
}

/** Clusters without values are left out. */
function sumClusters(values: ArrayLike<number>, clusters: ArrayLike<number>): Clusters {
  const numbers = new Map<number, number>();
  const sums: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const cluster = clusters[i]!;
    let number = numbers.get(cluster);
    if (number === undefined) {
      numbers.set(cluster, (number = sums.length));
      sums.push(0);
      counts.push(0);
    }
    sums[number]! += values[i]!;
    counts[number]! += 1;
  }
  return { sums: Float64Array.from(sums), counts: Float64Array.from(counts) };
}

/** Linear interpolation between order statistics (Hyndman & Fan 1996, type 7), as numpy's default. */
function quantileOfSorted(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}
