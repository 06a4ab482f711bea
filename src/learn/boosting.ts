import { columnsOf } from './column-major';
import { DecisionNodeBuilder, leafOf, type DecisionNodes } from './decision-nodes';
import type { DesignMatrix } from './design-matrix';
import { FitError, requirePositive } from './fit-error';
import { growGradientTree, type Derivatives, type TreeLimits } from './gradient-tree';
import { binColumns, MAX_BINS } from './histogram-split';
import { seededRandom } from './seeded-random';

export interface BoostingProblem {
  readonly design: DesignMatrix;
  /** Weight of each row, ≥ 0. Default 1. */
  readonly weights?: ArrayLike<number>;
  /** Maximum number of trees. Default 100. */
  readonly trees?: number;
  /** Factor of each tree's values (shrinkage). Default 0.1. */
  readonly learningRate?: number;
  /** Maximum number of leaves per tree. Default 31. */
  readonly maxLeaves?: number;
  /** Maximum number of tests on a path. Default: no limit. */
  readonly maxDepth?: number;
  /** Minimum number of rows in a leaf. Default 20. */
  readonly minLeafRows?: number;
  /** Minimum sum of the second derivatives of the rows in a leaf. Default 0.001. */
  readonly minLeafHessian?: number;
  /** λ of the penalty λ/2 · v² on each leaf's value. Default 0. */
  readonly l2?: number;
  /** Maximum number of bins per column, from 2 to 256. Default 256. */
  readonly bins?: number;
  /** Early stopping. Default: none. */
  readonly validation?: BoostingValidation;
}

interface BoostingValidation {
  /** Share of the rows that no tree is fitted on, between 0 and 1. */
  readonly share: number;
  /** The fit stops if this many trees in a row have not reduced the loss of the validation rows. */
  readonly patience: number;
  /** Seed of the draw of the validation rows. */
  readonly seed: number;
}

/** A loss that trees are fitted to. A score is the sum of the baseline and the values of the trees. */
export interface BoostingLoss {
  /** Weight of each row. */
  readonly weights: Float64Array;
  /** Returns the constant score that minimises the loss of these rows. */
  baseline(rows: Int32Array): number;
  /** Returns the weighted derivatives of each row's loss by its score. The arrays are reused. */
  derivatives(scores: Float64Array): Derivatives;
  /** Returns the value of a leaf with these rows, instead of the Newton step. */
  leafValue?(rows: Int32Array, scores: Float64Array): number;
  /** Returns the weighted mean loss of these rows. */
  mean(scores: Float64Array, rows: Int32Array): number;
}

/** Boosted trees. The arrays of all trees are joined; `roots` says where each tree begins. */
export interface BoostedTrees {
  /** Score before the first tree. */
  readonly baseline: number;
  readonly roots: Int32Array;
  readonly nodes: DecisionNodes;
  /** What a leaf adds to the score, with shrinkage; 0 for inner nodes. */
  readonly values: Float64Array;
}

export interface BoostedTreesFit {
  readonly model: BoostedTrees;
  /** Weighted mean loss of the fitted rows, before the first tree and after each tree. */
  readonly trainingLosses: readonly number[];
  /**
   * Weighted mean loss of the validation rows, likewise; empty without early stopping. The model keeps the trees up to
   * the lowest value.
   */
  readonly validationLosses: readonly number[];
}

const MIN_LIMITS: readonly [keyof TreeLimits, number][] = [
  ['l2', 0],
  ['maxLeaves', 1],
  ['maxDepth', 0],
  ['minLeafRows', 1],
  ['minLeafHessian', 0],
];

/**
 * Gradient boosting (Friedman, Annals of Statistics 29(5), 2001), with histograms and leaf-wise growth (Ke et al.,
 * LightGBM, NIPS 2017). Each tree is a Newton step: leaves take −G / (H + λ) with G and H the sums of the loss's first
 * and second derivatives, unless the loss determines their values. Columns are divided into bins once, by quantiles.
 *
 * Cost: rows × columns per level of each tree at most. Memory: 9 bytes per cell while binning, then 1.
 * @throws FitError NOT_FINITE, or WRONG_SHAPE
 */
export function fitBoosting(problem: BoostingProblem, loss: BoostingLoss): BoostedTreesFit {
  const { design, trees = 100, learningRate = 0.1, bins = MAX_BINS, validation } = problem;
  if (!(bins >= 2 && bins <= MAX_BINS)) throw new FitError('WRONG_SHAPE', `bins must be from 2 to 256; got ${bins}`);
  requirePositive(learningRate, 'learningRate');
  requirePositive(trees, 'trees');
  const limits = treeLimits(problem);
  const columns = columnsOf(design);
  const { fitted, held } = splitRows(loss.weights, validation);
  const baseline = loss.baseline(fitted);
  const scores = new Float64Array(design.rows).fill(baseline);
  const binned = binColumns(columns, bins, fitted);
  const builder = new DecisionNodeBuilder();
  const values: number[] = [];
  const roots: number[] = [];
  const trainingLosses = [loss.mean(scores, fitted)];
  const validationLosses = validation ? [loss.mean(scores, held)] : [];
  const row = new Float64Array(design.columns);
  let best = 0;
  for (let tree = 0; tree < trees; tree++) {
    const root = builder.size;
    roots.push(root);
    const leaves = growGradientTree(builder, binned, fitted, loss.derivatives(scores), limits);
    while (values.length < builder.size) values.push(0);
    for (const { node, rows, value } of leaves) {
      values[node] = learningRate * (loss.leafValue?.(rows, scores) ?? value);
      for (const each of rows) scores[each] += values[node];
    }
    trainingLosses.push(loss.mean(scores, fitted));
    if (validation === undefined) continue;
    const nodes = builder.finish();
    for (const each of held) {
      design.readRow(each, row);
      scores[each] += values[leafOf(nodes, row, root)];
    }
    validationLosses.push(loss.mean(scores, held));
    if (validationLosses[tree + 1] < validationLosses[best]) best = tree + 1;
    if (tree + 1 - best >= validation.patience) break;
  }
  const model = {
    baseline,
    roots: Int32Array.from(roots),
    nodes: builder.finish(),
    values: Float64Array.from(values),
  };
  return { model: validation ? firstTrees(model, best) : model, trainingLosses, validationLosses };
}

/** Returns the score of a row. The row has one finite value per column of the fitted design. */
export function scoreOfTrees({ baseline, roots, nodes, values }: BoostedTrees, row: ArrayLike<number>): number {
  let sum = baseline;
  for (const root of roots) sum += values[leafOf(nodes, row, root)];
  return sum;
}

function treeLimits(problem: BoostingProblem): TreeLimits {
  const limits: TreeLimits = {
    l2: problem.l2 ?? 0,
    maxLeaves: problem.maxLeaves ?? 31,
    maxDepth: problem.maxDepth ?? Infinity,
    minLeafRows: problem.minLeafRows ?? 20,
    minLeafHessian: problem.minLeafHessian ?? 1e-3,
  };
  for (const [name, minimum] of MIN_LIMITS)
    if (!(limits[name] >= minimum))
      throw new FitError('WRONG_SHAPE', `${name} must be at least ${minimum}; got ${limits[name]}`);
  return limits;
}

/** Divides the rows that have a weight into those that trees are fitted on and those of the validation. */
function splitRows(weights: Float64Array, validation: BoostingValidation | undefined) {
  const random = seededRandom(validation?.seed ?? 0);
  const [fitted, held]: number[][] = [[], []];
  weights.forEach((weight, row) => {
    if (weight === 0) return;
    if (validation !== undefined && random() < validation.share) held.push(row);
    else fitted.push(row);
  });
  if (fitted.length === 0 || (validation !== undefined && held.length === 0))
    throw new FitError('WRONG_SHAPE', `too few rows: ${fitted.length} to fit, ${held.length} to validate`);
  return { fitted: Int32Array.from(fitted), held: Int32Array.from(held) };
}

function firstTrees({ baseline, roots, nodes, values }: BoostedTrees, count: number): BoostedTrees {
  const size = count < roots.length ? roots[count] : values.length;
  const { feature, threshold, left, right } = nodes;
  return {
    baseline,
    roots: roots.slice(0, count),
    nodes: {
      feature: feature.slice(0, size),
      threshold: threshold.slice(0, size),
      left: left.slice(0, size),
      right: right.slice(0, size),
    },
    values: values.slice(0, size),
  };
}
