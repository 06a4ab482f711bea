import type { SparseVector } from './compressed-rows';

/**
 * A linear support vector classifier of sparse rows. Two classes have one machine, whose positive values speak for the
 * larger class. More classes have one machine each (one-vs-rest).
 */
export class LinearSvm {
  constructor(
    /** The labels of the classes, ascending. */
    readonly classes: Int32Array,
    /** Columns × machines, so that a row reads the weights of all machines together. */
    readonly weights: Float64Array,
    /** By machine. */
    readonly intercepts: Float64Array,
  ) {}

  /** Returns w·x + b of each machine. Columns that the model does not have are ignored. */
  decisionValues({ members, weights }: SparseVector): Float64Array {
    const values = this.intercepts.slice();
    const machines = values.length;
    const cells = this.weights.length;
    for (let k = 0; k < members.length; k++) {
      const from = members[k] * machines;
      if (from >= cells) continue;
      const value = weights === undefined ? 1 : weights[k];
      for (let machine = 0; machine < machines; machine++) values[machine] += this.weights[from + machine] * value;
    }
    return values;
  }

  /** Returns the label with the largest decision value; of several, the smallest. */
  predict(row: SparseVector): number {
    const values = this.decisionValues(row);
    if (values.length === 1) return this.classes[values[0] > 0 ? 1 : 0];
    return this.classes[values.reduce((best, value, at) => (value > values[best] ? at : best), 0)];
  }
}
