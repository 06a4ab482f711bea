/** K(x, z) = x·z, or K(x, z) = exp(−γ ‖x − z‖²). */
export type SvmKernel = { readonly kind: 'linear' } | { readonly kind: 'rbf'; readonly gamma: number };

/**
 * A support vector classifier (Cortes & Vapnik 1995). For two classes:
 *
 *   f(x) = sgn(Σ α_i y_i K(x_i, x) + b), where y = 1 for the larger class and −1 for the smaller class
 *
 * For several classes there is such a machine for each pair of classes, and the class with the most votes wins
 * (one-vs-one).
 */
export class KernelSvm {
  constructor(
    readonly kernel: SvmKernel,
    readonly columns: number,
    /** The labels of the classes, ascending. */
    readonly classes: Int32Array,
    /** Class c has the support vectors starts[c] … starts[c + 1] − 1. */
    readonly starts: Int32Array,
    /** Support vectors × columns. */
    readonly supportVectors: Float64Array,
    /**
     * (classes − 1) × support vectors: α_i y_i in the machine of the support vector's class and another class. The
     * other classes are in ascending order.
     */
    readonly coefficients: Float64Array,
    /** By machine, in the order of {@link decisionValues}: b. */
    readonly intercepts: Float64Array,
  ) {}

  /**
   * Returns Σ α_i y_i K(x_i, x) + b of each machine, in the order (0, 1), (0, 2), …, (1, 2), … of the classes. A
   * positive value is a vote for the larger class. So two classes have one value, which {@link PlattScaling} converts to
   * the log-odds of the larger class.
   */
  decisionValues(row: ArrayLike<number>): Float64Array {
    const values = this.intercepts.slice();
    const classCount = this.classes.length;
    const supportCount = this.starts[classCount];
    for (let own = 0; own < classCount; own++) {
      for (let s = this.starts[own]; s < this.starts[own + 1]; s++) {
        const similarity = this.similarity(s, row);
        for (let other = 0; other < classCount - 1; other++) {
          const machine = other < own ? this.machineOf(other, own) : this.machineOf(own, other + 1);
          values[machine] += this.coefficients[other * supportCount + s] * similarity;
        }
      }
    }
    return values;
  }

  /** Returns the label with the most votes; of several, the smallest. */
  predict(row: ArrayLike<number>): number {
    const values = this.decisionValues(row);
    const votes = new Int32Array(this.classes.length);
    for (let a = 0; a < votes.length; a++)
      for (let b = a + 1; b < votes.length; b++) votes[values[this.machineOf(a, b)] < 0 ? a : b]++;
    return this.classes[votes.indexOf(Math.max(...votes))];
  }

  /** The index of the machine of the classes a < b. */
  private machineOf(a: number, b: number): number {
    return (a * (2 * this.classes.length - a - 1)) / 2 + b - a - 1;
  }

  /** K(x_s, row) */
  private similarity(support: number, row: ArrayLike<number>): number {
    const from = support * this.columns;
    let sum = 0;
    if (this.kernel.kind === 'linear') {
      for (let c = 0; c < this.columns; c++) sum += this.supportVectors[from + c] * row[c];
      return sum;
    }
    for (let c = 0; c < this.columns; c++) {
      const difference = this.supportVectors[from + c] - row[c];
      sum += difference * difference;
    }
    return Math.exp(-this.kernel.gamma * sum);
  }
}
