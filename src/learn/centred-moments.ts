import { requireFinite } from './fit-error';

/**
 * Weighted means, and centred sums of squares and products, of rows (x, y). They are updated row by row, in one pass
 * and without cancellation (Welford 1962). Two objects can be merged (Chan, Golub, LeVeque: Updating formulae, 1979).
 * The moments are sufficient for a linear regression and take (columns + 1)² numbers.
 */
export class CentredMoments {
  /** Sum of the weights. */
  weight = 0;
  /** Means of the columns. The last one is the mean of the target. */
  readonly mean: Float64Array;
  /** Σ w (z − z̄)(z − z̄)ᵀ of z = (x, y); row-major, lower triangle. */
  readonly products: Float64Array;
  private readonly delta: Float64Array;

  constructor(readonly columns: number) {
    this.mean = new Float64Array(columns + 1);
    this.products = new Float64Array((columns + 1) ** 2);
    this.delta = new Float64Array(columns + 1);
  }

  /** @throws FitError NOT_FINITE for a NaN or an infinity; the moments are then unchanged */
  add(row: ArrayLike<number>, target: number, weight = 1): void {
    const size = this.columns + 1;
    for (let c = 0; c < this.columns; c++) requireFinite(row[c], `column ${c}`);
    requireFinite(target, 'the target');
    requireFinite(weight, 'the weight');
    if (weight === 0) return;
    const { delta, mean, products } = this;
    const total = this.weight + weight;
    for (let c = 0; c < size; c++) delta[c] = (c < this.columns ? row[c] : target) - mean[c];
    addOuter(products, delta, (weight * this.weight) / total);
    for (let c = 0; c < size; c++) mean[c] += (delta[c] * weight) / total;
    this.weight = total;
  }

  /** Merges the other moments, as if their rows had been added here. */
  merge(other: CentredMoments): void {
    if (other.weight === 0) return;
    const { delta, mean, products } = this;
    const total = this.weight + other.weight;
    for (let c = 0; c < mean.length; c++) delta[c] = other.mean[c] - mean[c];
    addOuter(products, delta, (this.weight * other.weight) / total);
    for (let at = 0; at < products.length; at++) products[at] += other.products[at];
    for (let c = 0; c < mean.length; c++) mean[c] += (delta[c] * other.weight) / total;
    this.weight = total;
  }
}

/** Adds scale · d dᵀ to the lower triangle of `products`. */
function addOuter(products: Float64Array, d: Float64Array, scale: number): void {
  for (let i = 0; i < d.length; i++) {
    const scaled = scale * d[i];
    if (scaled === 0) continue;
    for (let j = 0; j <= i; j++) products[i * d.length + j] += scaled * d[j];
  }
}
