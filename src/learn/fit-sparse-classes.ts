import type { CompressedRows } from './compressed-rows';
import { FitError, requirePositive } from './fit-error';
import { shuffle } from './random-draws';
import { seededRandom } from './seeded-random';

/** Label of a row that belongs to no class: a negative example of all of them. */
export const NO_CLASS = -1;

export interface SparseClassesProblem {
  readonly rows: CompressedRows;
  /** By row: its class, from 0 to `classCount` − 1, or {@link NO_CLASS}. A class without rows is allowed. */
  readonly labels: ArrayLike<number>;
  readonly classCount: number;
  /** C > 0 of the objective. The default is 1. */
  readonly cost?: number;
  /** The fit stops after a pass in which no projected gradient exceeds this, in units of the margin. Default .1. */
  readonly tolerance?: number;
  /** Limit of passes over the rows. The default is 100. */
  readonly maxEpochs?: number;
  /** Determines the order of the rows in each pass. */
  readonly seed: number;
  /** Called after each pass with the largest projected gradient that it found. */
  readonly onEpoch?: (epoch: number, violation: number) => void;
}

export interface SparseClassesFit {
  /** Columns × classes, so that a row reads the weights of all classes together. */
  readonly weights: Float32Array;
  /** By class. */
  readonly intercepts: Float64Array;
  readonly epochs: number;
  readonly converged: boolean;
}

/** Gradients below this share of the tolerance don't change a weight: most gradients are tiny, and their updates cost the most. */
const MIN_GRADIENT_SHARE = 0.1;

/**
 * Fits one linear support vector machine per class against all other rows, all classes in the same pass. The objective
 * and its solution are those of `fitLinearSvm` with squared hinge loss: min ½ (‖w‖² + b²) + C Σ max(0, 1 − y (w·x + b))²
 * for each class, by dual coordinate descent (Hsieh, Chang, Lin, Keerthi, Sundararajan, ICML 2008). One pass reads each
 * row once and computes the values of all classes from adjacent memory, which is several times faster than one pass per
 * class if there are many classes. The same problem with the same seed gives the same numbers. Time of a pass: cells ×
 * classes. Memory: 4 · classes · (columns + rows) bytes.
 * @throws FitError NOT_FINITE or WRONG_SHAPE
 */
export function fitSparseClasses(problem: SparseClassesProblem): SparseClassesFit {
  const { rows, labels, classCount, cost = 1, tolerance = 0.1, maxEpochs = 100, seed, onEpoch } = problem;
  checkProblem(problem);
  const { starts, members } = rows;
  const cells = rows.weights ?? new Float64Array(members.length).fill(1);
  const squaredNorms = squaredNormsOf(rows, cells);
  const weights = new Float32Array(rows.columns * classCount);
  const intercepts = new Float64Array(classCount);
  const alphas = new Float32Array(rows.rows * classCount);
  const diagonal = 0.5 / cost;
  const minGradient = tolerance * MIN_GRADIENT_SHARE;
  const random = seededRandom(seed);
  const order = Int32Array.from({ length: rows.rows }, (_, row) => row);
  const values = new Float64Array(classCount);
  // The classes whose machine the row changes, and the step of each.
  const changed = new Int32Array(classCount);
  const steps = new Float64Array(classCount);
  let epochs = 0;
  let converged = false;
  while (epochs < maxEpochs && !converged) {
    let violation = 0;
    shuffle(order, random);
    for (const row of order) {
      const [from, to] = [starts[row], starts[row + 1]];
      values.set(intercepts);
      addProducts(values, weights, members, cells, from, to);
      const curvature = squaredNorms[row] + diagonal;
      const label = labels[row];
      let changes = 0;
      for (let c = 0, at = row * classCount; c < classCount; c++, at++) {
        const sign = c === label ? 1 : -1;
        const alpha = alphas[at];
        const gradient = sign * values[c] - 1 + diagonal * alpha;
        const projected = alpha === 0 && gradient > 0 ? 0 : Math.abs(gradient);
        if (projected > violation) violation = projected;
        if (projected <= minGradient) continue;
        const next = Math.max(alpha - gradient / curvature, 0);
        alphas[at] = next;
        steps[changes] = (next - alpha) * sign;
        changed[changes++] = c;
      }
      for (let k = 0; k < changes; k++) intercepts[changed[k]] += steps[k];
      for (let cell = from; cell < to; cell++) {
        const base = members[cell] * classCount;
        for (let k = 0; k < changes; k++) weights[base + changed[k]] += steps[k] * cells[cell];
      }
    }
    epochs++;
    converged = violation <= tolerance;
    onEpoch?.(epochs, violation);
  }
  return { weights, intercepts, epochs, converged };
}

function checkProblem({ rows, labels, classCount, cost = 1, tolerance = 1 }: SparseClassesProblem): void {
  if (labels.length !== rows.rows) throw new FitError('WRONG_SHAPE', `${rows.rows} rows, but ${labels.length} labels`);
  requirePositive(classCount, 'classCount');
  requirePositive(cost, 'cost');
  requirePositive(tolerance, 'tolerance');
  for (let row = 0; row < labels.length; row++)
    if (!(Number.isInteger(labels[row]) && labels[row] >= NO_CLASS && labels[row] < classCount))
      throw new FitError('WRONG_SHAPE', `the label of row ${row} is ${labels[row]}; there are ${classCount} classes`);
}

/** ‖x_i‖² of each row with the constant column of the intercept. */
function squaredNormsOf({ rows, starts }: CompressedRows, cells: Float64Array): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = 1;
    for (let cell = starts[row]; cell < starts[row + 1]; cell++) sum += cells[cell] * cells[cell];
    if (!Number.isFinite(sum))
      throw new FitError('NOT_FINITE', `row ${row} holds a NaN, an infinity or a number that is too large`);
    return sum;
  });
}

/** Adds x·w of each class to its value. Four cells at once, so that each value is read and written a quarter as often. */
function addProducts(
  values: Float64Array,
  weights: Float32Array,
  members: Int32Array,
  cells: Float64Array,
  from: number,
  to: number,
): void {
  const classCount = values.length;
  let cell = from;
  for (; cell + 3 < to; cell += 4) {
    const [x0, x1, x2, x3] = [cells[cell], cells[cell + 1], cells[cell + 2], cells[cell + 3]];
    let at0 = members[cell] * classCount;
    let at1 = members[cell + 1] * classCount;
    let at2 = members[cell + 2] * classCount;
    let at3 = members[cell + 3] * classCount;
    for (let c = 0; c < classCount; c++)
      values[c] += weights[at0++] * x0 + weights[at1++] * x1 + weights[at2++] * x2 + weights[at3++] * x3;
  }
  for (; cell < to; cell++) {
    let at = members[cell] * classCount;
    for (let c = 0; c < classCount; c++) values[c] += weights[at++] * cells[cell];
  }
}
