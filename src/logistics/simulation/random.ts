import { randomItem, standardNormal } from '../../learn/random-draws';
import { seededRandom } from '../../learn/seeded-random';

/** Random numbers of the distributions that the simulator needs. The same seed gives the same numbers. */
export class RandomDraws {
  private readonly uniform: () => number;

  constructor(seed: number) {
    this.uniform = seededRandom(seed);
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  happens(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Returns an integer from 0 to `count` − 1. */
  index(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  pick<T>(items: readonly T[]): T {
    return randomItem(items, this.uniform);
  }

  /** Log-normal number with this median; `sigma` is the standard deviation of its logarithm. */
  logNormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  /** Standard normal number. */
  normal(): number {
    return standardNormal(this.uniform);
  }
}
