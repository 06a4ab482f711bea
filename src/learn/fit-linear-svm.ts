import type { CompressedRows } from './compressed-rows';
import { distinctLabels } from './distinct-labels';
import { FitError, requirePositive } from './fit-error';
import { LinearSvm } from './linear-svm';
import { shuffle } from './random-draws';
import { seededRandom } from './seeded-random';

export interface LinearSvmProblem {
  readonly rows: CompressedRows;
  /** One 32-bit integer per row; at least two different ones. */
  readonly labels: ArrayLike<number>;
  /** ξ = max(0, 1 − y (w·x + b)) for 'hinge' (L1 loss), or its square for 'squaredHinge' (L2 loss, the default). */
  readonly loss?: 'hinge' | 'squaredHinge';
  /** C > 0 of the objective. The default is 1. */
  readonly cost?: number;
  /** By label: the factor > 0 of C for the rows with this label. The default is 1. */
  readonly classWeights?: ReadonlyMap<number, number>;
  /**
   * The fit stops when the projected gradients of all rows, in units of the margin, lie within an interval of this
   * length around 0. The default is 1e-4.
   */
  readonly tolerance?: number;
  /** Limit of passes over the rows, for each machine. The default is 1,000. */
  readonly maxEpochs?: number;
  /** Determines the order of the rows in each pass. */
  readonly seed: number;
  /** Called after each pass. The dual objective D(α) = ½ ‖w‖² + Σ δ_i α_i² / 2 − Σ α_i never increases. */
  readonly onEpoch?: (machine: number, dualObjective: number) => void;
}

export interface LinearSvmFit {
  readonly model: LinearSvm;
  /** Number of passes, the largest of all machines. */
  readonly epochs: number;
  readonly converged: boolean;
}

/**
 * Fits min ½ (‖w‖² + b²) + C Σ ξ_i by dual coordinate descent with shrinking (Hsieh, Chang, Lin, Keerthi,
 * Sundararajan: A Dual Coordinate Descent Method for Large-scale Linear SVM, ICML 2008, algorithm 3). The intercept is
 * the weight of a constant column 1, so it is penalised, as in liblinear. With several classes, each has a machine
 * against all others. The same problem with the same seed gives the same bytes. Time of a pass: the cells of the rows.
 * Normalised text needs some ten passes, dense columns may need thousands. Memory: 8 · columns · (machines + 1) + 45 ·
 * rows bytes.
 * @throws FitError NOT_FINITE or WRONG_SHAPE
 */
export function fitLinearSvm(problem: LinearSvmProblem): LinearSvmFit {
  const { rows, labels } = problem;
  const costs = rowCosts(problem);
  const squaredNorms = squaredNormsOf(rows);
  const classes = distinctLabels(labels);
  const machines = classes.length === 2 ? 1 : classes.length;
  const weights = new Float64Array(rows.columns * machines);
  const intercepts = new Float64Array(machines);
  let epochs = 0;
  let converged = true;
  for (let machine = 0; machine < machines; machine++) {
    const positive = machines === 1 ? classes[1] : classes[machine];
    const signs = Int8Array.from(labels, (label) => (label === positive ? 1 : -1));
    const fit = fitMachine(problem, machine, signs, costs, squaredNorms);
    for (let c = 0; c < rows.columns; c++) weights[c * machines + machine] = fit.weights[c];
    intercepts[machine] = fit.weights[rows.columns];
    epochs = Math.max(epochs, fit.epochs);
    converged &&= fit.converged;
  }
  return { model: new LinearSvm(classes, weights, intercepts), epochs, converged };
}

/** C of each row. */
function rowCosts({ rows, labels, cost = 1, classWeights, tolerance = 1 }: LinearSvmProblem): Float64Array {
  if (labels.length !== rows.rows) throw new FitError('WRONG_SHAPE', `${rows.rows} rows, but ${labels.length} labels`);
  requirePositive(cost, 'cost');
  requirePositive(tolerance, 'tolerance');
  classWeights?.forEach((weight, label) => requirePositive(weight, `the weight of class ${label}`));
  return Float64Array.from(labels, (label) => cost * (classWeights?.get(label) ?? 1));
}

/** ‖x_i‖² of each row with its constant column. */
function squaredNormsOf({ rows, starts, weights }: CompressedRows): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = 1;
    for (let at = starts[row]; at < starts[row + 1]; at++) sum += weights === undefined ? 1 : weights[at] * weights[at];
    if (!Number.isFinite(sum))
      throw new FitError('NOT_FINITE', `row ${row} holds a NaN, an infinity or a number that is too large`);
    return sum;
  });
}

/** Fits the weights of the columns, followed by the intercept, for the signs y_i. */
function fitMachine(
  { rows, loss = 'squaredHinge', tolerance = 1e-4, maxEpochs = 1_000, seed, onEpoch }: LinearSvmProblem,
  machine: number,
  signs: Int8Array,
  costs: Float64Array,
  squaredNorms: Float64Array,
): { weights: Float64Array; epochs: number; converged: boolean } {
  const { starts, members, weights: cells } = rows;
  const random = seededRandom(seed);
  const w = new Float64Array(rows.columns + 1);
  const alphas = new Float64Array(rows.rows);
  // δ_i, the diagonal term of the dual, and the upper bound of α_i.
  const diagonal = costs.map((cost) => (loss === 'hinge' ? 0 : 0.5 / cost));
  const bounds = costs.map((cost) => (loss === 'hinge' ? cost : Infinity));
  // The first `active` rows of the sequence are visited; the others are shrunk.
  const sequence = Int32Array.from(signs, (_, row) => row);
  let active = sequence.length;
  let shrinkAbove = Infinity;
  let shrinkBelow = -Infinity;
  let epochs = 0;
  let converged = false;
  while (epochs < maxEpochs && !converged) {
    // From 0, so that rows with equal gradients don't count as optimal.
    let maxGradient = 0;
    let minGradient = 0;
    shuffle(sequence, random, active);
    for (let at = 0; at < active; at++) {
      const row = sequence[at];
      const sign = signs[row];
      let product = w[rows.columns];
      for (let k = starts[row]; k < starts[row + 1]; k++)
        product += w[members[k]] * (cells === undefined ? 1 : cells[k]);
      const alpha = alphas[row];
      const gradient = sign * product - 1 + diagonal[row] * alpha;
      if ((alpha === 0 && gradient > shrinkAbove) || (alpha === bounds[row] && gradient < shrinkBelow)) {
        active--;
        sequence[at--] = sequence[active];
        sequence[active] = row;
        continue;
      }
      const projected = alpha === 0 ? Math.min(gradient, 0) : alpha === bounds[row] ? Math.max(gradient, 0) : gradient;
      maxGradient = Math.max(maxGradient, projected);
      minGradient = Math.min(minGradient, projected);
      if (Math.abs(projected) <= 1e-12) continue;
      const next = Math.min(Math.max(alpha - gradient / (squaredNorms[row] + diagonal[row]), 0), bounds[row]);
      alphas[row] = next;
      const step = (next - alpha) * sign;
      for (let k = starts[row]; k < starts[row + 1]; k++) w[members[k]] += step * (cells === undefined ? 1 : cells[k]);
      w[rows.columns] += step;
    }
    epochs++;
    onEpoch?.(machine, dualObjective(w, alphas, diagonal));
    if (maxGradient - minGradient > tolerance) {
      shrinkAbove = maxGradient > 0 ? maxGradient : Infinity;
      shrinkBelow = minGradient < 0 ? minGradient : -Infinity;
    } else if (active === sequence.length) {
      converged = true;
    } else {
      // The visited rows are optimal: check the shrunk rows, too.
      active = sequence.length;
      shrinkAbove = Infinity;
      shrinkBelow = -Infinity;
    }
  }
  return { weights: w, epochs, converged };
}

function dualObjective(w: Float64Array, alphas: Float64Array, diagonal: Float64Array): number {
  let sum = 0;
  for (const weight of w) sum += (weight * weight) / 2;
  alphas.forEach((alpha, row) => (sum += (diagonal[row] * alpha * alpha) / 2 - alpha));
  return sum;
}
