import { IalsFoldIn } from './ials-fold-in';
import { ialsScores, type IalsSettings } from './ials';
import { WasmLayout, instantiate, type WasmModule } from './wasm';

/** Scores all items for a history that iALS was not fitted on, or that has changed since the fit. */
export interface IalsScorer {
  /** Returns the score of each item; valid until the next call. @param history distinct items, at least one */
  scores(history: Int32Array): Float32Array | Float64Array;
}

type FoldInSettings = Pick<IalsSettings, 'factors' | 'lambda' | 'unobserved'>;

/**
 * Creates a scorer that uses the WebAssembly kernel, or the TypeScript implementation if `kernel` is undefined.
 * @param items items × d, row-major, as fitted with these settings
 * @param gram αYᵀY, d × d
 */
export function createIalsScorer(
  items: Float32Array,
  gram: Float32Array,
  settings: FoldInSettings,
  kernel: WasmModule | undefined,
): IalsScorer {
  return kernel === undefined ? plainScorer(items, gram, settings) : wasmScorer(items, gram, settings, kernel);
}

function plainScorer(items: Float32Array, gram: Float32Array, settings: FoldInSettings): IalsScorer {
  const foldIn = new IalsFoldIn(items, gram, settings);
  return { scores: (history) => ialsScores(items, foldIn.factors(history)) };
}

interface ScorerExports {
  /** See kernels/ials.ts for the arguments. */
  foldIn(...args: number[]): void;
  scoreAll(...args: number[]): void;
}

/** Computes in f32. The error of a score is at most 1e-4 of the largest score. */
function wasmScorer(
  items: Float32Array,
  gram: Float32Array,
  { factors: d, lambda, unobserved }: FoldInSettings,
  module: WasmModule,
): IalsScorer {
  const count = items.length / d;
  const layout = new WasmLayout();
  const y = layout.allocate(items.byteLength);
  const g = layout.allocate(4 * d * d);
  const x = layout.allocate(4 * d);
  const scratch = layout.allocate(12 * d);
  const members = layout.allocate(4 * count);
  const out = layout.allocate(4 * count);
  const { kernel, buffer } = instantiate<ScorerExports>(module, layout.bytes);
  new Float32Array(buffer, y, items.length).set(items);
  new Float32Array(buffer, g, d * d).set(gram);
  const historyBuffer = new Int32Array(buffer, members, count);
  const scores = new Float32Array(buffer, out, count);
  return {
    scores(history) {
      historyBuffer.set(history);
      kernel.foldIn(x, y, members, history.length, g, d, lambda, unobserved * count, scratch);
      kernel.scoreAll(x, y, count, d, out);
      return scores;
    },
  };
}
