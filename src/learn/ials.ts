import { transpose, type CompressedRows } from './compressed-rows';
import { withIalsEngine } from './ials-engine';
import { standardNormal } from './random-draws';
import { seededRandom } from './seeded-random';
import type { Kernels } from './wasm';

/** The settings of an iALS fit, in the notation of {@link fitIals}. */
export interface IalsSettings {
  /** d, a multiple of 4. */
  readonly factors: number;
  readonly epochs: number;
  /** λ > 0 */
  readonly lambda: number;
  /** α: the weight of every cell, observed or not. */
  readonly unobserved: number;
  readonly seed: number;
}

export interface Ials {
  readonly factors: number;
  /** customers × d, row-major */
  readonly users: Float32Array;
  /** items × d, row-major */
  readonly items: Float32Array;
}

/**
 * Matrix factorisation of implicit feedback by alternating least squares (Hu, Koren, Volinsky, ICDM 2008), with the
 * weights and the scaled penalty of Rendle, Krichene, Zhang, Koren (RecSys 2022): minimises
 *
 *     Σ_observed (1 − x_u·y_i)² + α Σ_all (x_u·y_i)² + Σ_u λ (n_u + α |I|) ‖x_u‖² + Σ_i λ (n_i + α |U|) ‖y_i‖²
 *
 * The initial factors are normal random numbers with standard deviation 0.1/√d. The two sides are solved alternately;
 * each row is updated by three steps of conjugate gradients from its previous value. The factors are f32. The same seed
 * and kernel give the same result on any number of threads. The calling thread blocks while the threads work.
 * @param histories customers × items, binary: weights are ignored
 */
export function fitIals(histories: CompressedRows, settings: IalsSettings, kernels: Kernels): Ials {
  const { factors, epochs, seed } = settings;
  if (factors % 4 !== 0) throw new RangeError(`factors must be a multiple of 4; got ${factors}`);
  return withIalsEngine(histories, transpose(histories), settings, kernels, (engine) => {
    const random = seededRandom(seed);
    const deviation = 0.1 / Math.sqrt(factors);
    for (const side of [engine.users, engine.items])
      for (let at = 0; at < side.length; at++) side[at] = deviation * standardNormal(random);
    for (let epoch = 0; epoch < epochs; epoch++) {
      engine.solveUsers();
      engine.solveItems();
    }
    return { factors, users: Float32Array.from(engine.users), items: Float32Array.from(engine.items) };
  });
}

/** Returns x·y_i for every item i. */
export function ialsScores(items: Float32Array, user: ArrayLike<number>): Float64Array {
  const d = user.length;
  const scores = new Float64Array(items.length / d);
  for (let i = 0; i < scores.length; i++) {
    let sum = 0;
    for (let c = 0, at = i * d; c < d; c++, at++) sum += user[c] * items[at];
    scores[i] = sum;
  }
  return scores;
}
