import type { LogEvents } from '../../events/event-columns';
import { MS_PER_DAY } from '../../learn/durations';
import { IdTable } from '../../learn/id-table';
import { fitSparseRidge, type BinaryRow, type SparseMatrix } from '../../learn/sparse-ridge';
import type { Kernels } from '../../learn/wasm';
import { historyTransitions, type Transition, type TransitionWindow } from './history-transitions';
import { SparseItemMatrix, type SparseItemRow } from '../artefact/sparse-item-matrix';
import { TemporalRidgeModel } from '../artefact/temporal-ridge-model';
import { mostFrequentProducts, transitionQuality } from './transition-quality';

/** Weights of the windows of one fit, newest first. */
const WINDOW_WEIGHTS = [1, 0.6];
/** Maximum number of products in the fit, limited because the inverse is dense. The most popular products are used. */
const MAX_PRODUCTS = 5_000;
const MAX_CUSTOMERS = 50_000;
/** Maximum number of coefficients per scored product. */
const MAX_COEFFICIENTS = 100;
/** L2 penalties to try, ascending. */
const PENALTIES = [1, 3, 10, 30, 100, 300];
/** Index of the penalty with which the search starts. */
const FIRST_PENALTY = 2;
/** Maximum number of products in the fits that select the penalty. */
const CHOICE_PRODUCTS = 1_500;
/** Maximum number of customers on whom these fits are evaluated. */
const CHOICE_CUSTOMERS = 600;

export interface TemporalRidgeOptions {
  /** Events from this instant (ms) on are ignored. */
  readonly until: number;
  readonly horizonDays?: number;
  readonly seed?: number;
  /** Number of earlier window starts for which a fit may be requested, in addition to `until`. Default: 0. */
  readonly back?: number;
  /** Without kernels the TypeScript implementations are used. */
  readonly kernels?: Kernels;
  readonly onProgress?: (stage: string) => void;
}

/** Fits as of the starts of some windows and as of `until`. */
export interface TemporalRidgeFits {
  readonly l2: number;
  /** Returns the fit on data before `start`; null if no window starts at `start`, or if there is no earlier data. */
  asOf(start: number): TemporalRidgeModel | null;
}

/**
 * The temporal ridge: a regression of the purchases within a window on the interests before it. Applied to the current
 * interests it predicts the next purchases. Each fit uses two windows, of which the older has weight 0.6.
 *
 * The penalty is selected by NDCG@10 on the oldest window that has two earlier windows, with fits on these two. Fits
 * are computed on demand.
 * @param events sorted by `occurredAt`
 */
export function fitTemporalRidges(events: LogEvents, options: TemporalRidgeOptions): TemporalRidgeFits {
  const { until, horizonDays = 30, seed = 1, back = 0, kernels = {}, onProgress } = options;
  const products = new IdTable();
  const horizon = horizonDays * MS_PER_DAY;
  const windows = historyTransitions(events, products, {
    until,
    horizon,
    // If no earlier fit is requested, one more window is needed, on which the penalty is evaluated.
    windows: back + WINDOW_WEIGHTS.length + (back === 0 ? 1 : 0),
    maxCustomers: MAX_CUSTOMERS,
    seed,
  });
  const { l2, tried } = choosePenalty(windows, products.size, kernels);
  if (tried !== '') onProgress?.(`temporal ridge: ${tried}; l2 ${l2}`);
  const fits = new Map<number, TemporalRidgeModel | null>();
  return {
    l2,
    asOf(start) {
      const made = fits.get(start);
      if (made !== undefined) return made;
      const newestWindow = Math.round((until - start) / horizon);
      const windowsBefore =
        start === until - newestWindow * horizon
          ? windows.slice(newestWindow, newestWindow + WINDOW_WEIGHTS.length)
          : [];
      const fit = fitWindows(windowsBefore, products.size, MAX_PRODUCTS, l2, kernels);
      onProgress?.(`temporal ridge: as of ${new Date(start).toISOString().slice(0, 10)}`);
      const model = fit === null ? null : new TemporalRidgeModel(rowsOf(fit, products), { l2 });
      fits.set(start, model);
      return model;
    },
  };
}

interface WindowsFit {
  /** The product (item) that row i and column i of the matrix stand for, by i. */
  readonly fittedProducts: readonly number[];
  readonly matrix: SparseMatrix;
}

/**
 * @param windows newest first
 * @returns null if no customer of these windows has both interests before and purchases within a window
 */
function fitWindows(
  windows: readonly TransitionWindow[],
  products: number,
  maxProducts: number,
  l2: number,
  kernels: Kernels,
): WindowsFit | null {
  const fittedProducts = mostFrequentProducts(windows, products, maxProducts);
  const indexOf = new Int32Array(products).fill(-1);
  fittedProducts.forEach((product, index) => (indexOf[product] = index));
  const indexesOf = (list: Int32Array): Int32Array =>
    list.map((product) => indexOf[product]).filter((index) => index >= 0);
  const rows = windows.flatMap(({ transitions }, w) =>
    transitions.map(({ before, bought }): BinaryRow => {
      return { features: indexesOf(before), targets: indexesOf(bought), weight: WINDOW_WEIGHTS[w] };
    }),
  );
  if (!rows.some(({ features, targets }) => features.length > 0 && targets.length > 0)) return null;
  const trainingRows = rows.filter(({ features }) => features.length > 0);
  return {
    fittedProducts,
    matrix: fitSparseRidge(
      {
        rows: trainingRows,
        features: fittedProducts.length,
        targets: fittedProducts.length,
        l2,
        coefficientsPerTarget: MAX_COEFFICIENTS,
      },
      kernels,
    ),
  };
}

function rowsOf(
  { fittedProducts, matrix: { starts, columns, values } }: WindowsFit,
  products: IdTable,
): SparseItemMatrix {
  const rowAt = (_: number, f: number): SparseItemRow => ({
    columns: columns.subarray(starts[f], starts[f + 1]),
    values: values.subarray(starts[f], starts[f + 1]),
  });
  return new SparseItemMatrix(
    fittedProducts.map((product) => products.idAt(product)),
    fittedProducts.map(rowAt),
  );
}

/** Selects the penalty by hill climbing. */
function choosePenalty(
  windows: readonly TransitionWindow[],
  products: number,
  kernels: Kernels,
): { l2: number; tried: string } {
  const evaluationWindow = windows.at(-1 - WINDOW_WEIGHTS.length);
  const trainingWindows = windows.slice(-WINDOW_WEIGHTS.length);
  const qualities = new Map<number, number>();
  const qualityOf = (choice: number): number => {
    const known = qualities.get(choice);
    if (known !== undefined) return known;
    const fit = fitWindows(trainingWindows, products, CHOICE_PRODUCTS, PENALTIES[choice], kernels);
    const quality =
      fit === null || evaluationWindow === undefined ? 0 : qualityOn(evaluationWindow.transitions, fit, products);
    if (fit !== null && evaluationWindow !== undefined) qualities.set(choice, quality);
    return quality;
  };
  let best = FIRST_PENALTY;
  for (const step of [1, -1]) {
    while (PENALTIES[best + step] !== undefined && qualityOf(best + step) > qualityOf(best)) best += step;
  }
  const report = Array.from(qualities).sort(([a], [b]) => a - b);
  return {
    l2: PENALTIES[best],
    tried: report.map(([choice, quality]) => `l2 ${PENALTIES[choice]} ${quality.toFixed(4)}`).join(', '),
  };
}

function qualityOn(
  transitions: readonly Transition[],
  { fittedProducts, matrix }: WindowsFit,
  products: number,
): number {
  const indexOf = new Int32Array(products).fill(-1);
  fittedProducts.forEach((product, index) => (indexOf[product] = index));
  return transitionQuality(transitions, indexOf, fittedProducts.length, CHOICE_CUSTOMERS, (history, out) => {
    for (const feature of history) {
      for (let cell = matrix.starts[feature]; cell < matrix.starts[feature + 1]; cell++) {
        out[matrix.columns[cell]] += matrix.values[cell];
      }
    }
  });
}
