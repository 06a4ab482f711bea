/** The mean of a growing number of values. */
export class RunningMean {
  private sum = 0;
  private total = 0;

  /** Number of values. */
  get count(): number {
    return this.total;
  }

  /** Without any value, NaN. */
  get mean(): number {
    return this.sum / this.total;
  }

  add(value: number): void {
    this.total++;
    this.sum += value;
  }

  /** Returns the mean of the values and of `weight` further values of `prior`. */
  shrunkTo(prior: number, weight: number): number {
    return (this.sum + weight * prior) / (this.total + weight);
  }
}

/** Returns the mean of a group. It begins without values. */
export function runningMeanOf<K>(means: Map<K, RunningMean>, group: K): RunningMean {
  let mean = means.get(group);
  if (mean === undefined) means.set(group, (mean = new RunningMean()));
  return mean;
}
