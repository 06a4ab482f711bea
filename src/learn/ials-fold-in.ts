import { solveCholesky } from './cholesky';
import type { IalsSettings } from './ials';

/**
 * Computes the factors x of a history that iALS was not fitted on, or that has changed since the fit. For given
 * item factors, x minimises the loss exactly: it solves (αYᵀY + Σ y_i y_iᵀ + λ(n + α|I|) I) x = Σ y_i, where n is the
 * length of the history and |I| the number of all items. With 64 factors this takes about 0.1 ms, plus 2 µs per item of
 * the history.
 */
export class IalsFoldIn {
  /**
   * @param items items × d, row-major, as fitted with the same settings
   * @param gram αYᵀY, d × d
   */
  constructor(
    private readonly items: Float32Array,
    private readonly gram: Float32Array | Float64Array,
    private readonly settings: Pick<IalsSettings, 'factors' | 'lambda' | 'unobserved'>,
  ) {}

  /** @param history distinct items. @returns d factors; zeros for an empty history */
  factors(history: ArrayLike<number>): Float64Array {
    const { factors: d, lambda, unobserved } = this.settings;
    const a = Float64Array.from(this.gram);
    const x = new Float64Array(d);
    for (let at = 0; at < history.length; at++) {
      const y = this.items.subarray(history[at] * d, (history[at] + 1) * d);
      for (let i = 0; i < d; i++) {
        x[i] += y[i];
        for (let j = 0; j <= i; j++) a[i * d + j] += y[i] * y[j];
      }
    }
    const penalty = lambda * (history.length + (unobserved * this.items.length) / d);
    for (let i = 0; i < d; i++) a[i * d + i] += penalty;
    if (!solveCholesky(a, x))
      throw new Error('cannot fold in the history: the item factors contain a NaN or an infinity');
    return x;
  }
}
