import { fitBoostedTrees } from '../../learn/boosted-trees';
import { pruneDecisionTree } from '../../learn/cost-complexity';
import { fitDecisionTree } from '../../learn/decision-tree';
import { standardizationOf, standardized, type DesignMatrix } from '../../learn/design-matrix';
import { fitLinearSvm } from '../../learn/fit-linear-svm';
import { logLoss } from '../../learn/log-loss';
import { fitLogistic } from '../../learn/logistic';
import { plattProbability } from '../../learn/cross-validated-platt-scaling';
import { fitPlattScaling, UNSCALED, type PlattScaling } from '../../learn/platt-scaling';
import { seededRandom } from '../../learn/seeded-random';
import {
  PURCHASE_MODEL_KINDS,
  type PurchaseModel,
  type PurchaseModelKind,
  type PurchaseScore,
} from './behaviour-model';
import { LINEAR_COLUMNS, transformFeatures, type LinearEncoding } from './linear-encoding';
import { purchaseScore } from './purchase-score';
import type { SessionExamples } from './session-examples';
import { designOf, sampleRows } from './session-rows';
import type { SessionSlices } from './session-slices';

const TREE = { maxDepth: 8, minLeafRows: 20, alpha: 0.0005 } as const;
const BOOSTING = { trees: 150, learningRate: 0.1, maxLeaves: 15, minLeafRows: 20 } as const;
const EARLY_STOPPING = { share: 0.2, patience: 10 } as const;
const LOGISTIC = { l2: 1, tolerance: 1e-8 } as const;
/** Coordinate descent needs many passes over dense columns, so the SVM learns from a sample and few passes. */
const SVM = { rows: 20_000, cost: 0.1, maxEpochs: 100, tolerance: 1e-2 } as const;

/** One competitor with its loss on the calibration slice. */
export interface Competitor {
  readonly kind: PurchaseModelKind;
  readonly model: PurchaseModel;
  /** Mean log-loss on the calibration slice, each half of its visitors calibrated on the other half. */
  readonly logLoss: number;
}

/**
 * Fits the models of the purchase probability and calibrates each by Platt scaling on the calibration slice.
 * @returns the competitors, the least log-loss first: the winner serves
 */
export function fitPurchaseModels(
  examples: SessionExamples,
  { training, calibration }: Pick<SessionSlices, 'training' | 'calibration'>,
  { seed, kinds = PURCHASE_MODEL_KINDS }: { seed: number; kinds?: readonly PurchaseModelKind[] },
): Competitor[] {
  const competitors = kinds.map((kind) => {
    const score = fitScore(kind, examples, training, seed);
    const scaling = fitScaling(score, examples, calibration);
    return { kind, model: { score, scaling }, logLoss: crossFittedLoss(score, examples, calibration) };
  });
  return competitors.sort((a, b) => a.logLoss - b.logLoss);
}

function fitScore(kind: PurchaseModelKind, examples: SessionExamples, rows: Int32Array, seed: number): PurchaseScore {
  const labels = labelsOf(examples, rows);
  switch (kind) {
    case 'tree': {
      const { maxDepth, minLeafRows, alpha } = TREE;
      const whole = fitDecisionTree({ design: designOf(examples, rows), labels, classes: 2, maxDepth, minLeafRows });
      return { kind, tree: pruneDecisionTree(whole, alpha) };
    }
    case 'boosted': {
      const validation = { ...EARLY_STOPPING, seed };
      return {
        kind,
        trees: fitBoostedTrees({ design: designOf(examples, rows), labels, ...BOOSTING, validation }).model,
      };
    }
    case 'logistic': {
      const { design, encoding } = linearDesign(examples, rows);
      const weights = new Float64Array(rows.length).fill(1);
      const { coefficients, intercept } = fitLogistic({ design, labels, weights, ...LOGISTIC });
      return { kind, encoding, coefficients, intercept };
    }
    case 'svm':
      return fitSvm(examples, sampleRows(rows, SVM.rows, seededRandom(seed)), seed);
  }
}

function fitSvm(examples: SessionExamples, rows: Int32Array, seed: number): PurchaseScore {
  const { design, encoding } = linearDesign(examples, rows);
  const cells = new Float64Array(rows.length * LINEAR_COLUMNS);
  for (let r = 0; r < rows.length; r++) design.readRow(r, cells.subarray(r * LINEAR_COLUMNS, (r + 1) * LINEAR_COLUMNS));
  const { model } = fitLinearSvm({
    rows: {
      rows: rows.length,
      columns: LINEAR_COLUMNS,
      starts: Int32Array.from({ length: rows.length + 1 }, (_, r) => r * LINEAR_COLUMNS),
      members: Int32Array.from({ length: cells.length }, (_, cell) => cell % LINEAR_COLUMNS),
      weights: cells,
    },
    labels: labelsOf(examples, rows),
    cost: SVM.cost,
    maxEpochs: SVM.maxEpochs,
    tolerance: SVM.tolerance,
    seed,
  });
  return { kind: 'svm', encoding, coefficients: model.weights, intercept: model.intercepts[0]! };
}

function linearDesign(examples: SessionExamples, rows: Int32Array): { design: DesignMatrix; encoding: LinearEncoding } {
  const raw: DesignMatrix = {
    rows: rows.length,
    columns: LINEAR_COLUMNS,
    readRow: (row, out) => transformFeatures(examples.featuresOf(rows[row]!), out),
  };
  const encoding = standardizationOf(raw, new Float64Array(rows.length).fill(1));
  return { design: standardized(raw, encoding), encoding };
}

function labelsOf(examples: SessionExamples, rows: Int32Array): Uint8Array {
  return Uint8Array.from(rows, (row) => examples.purchases[row]!);
}

/**
 * Log-odds are served as they are if too few sessions of the slice were bought in to estimate a slope. A decision value
 * is not a log-odds: the SVM then predicts the share of the slice, for each session.
 */
function fitScaling(score: PurchaseScore, examples: SessionExamples, rows: Int32Array): PlattScaling {
  const labels = labelsOf(examples, rows);
  const scores = Float64Array.from(rows, (row) => purchaseScore(score, examples.featuresOf(row)));
  const scaling = fitPlattScaling(scores, labels, new Uint8Array(rows.length).fill(1));
  if (scaling !== UNSCALED || score.kind !== 'svm') return scaling;
  const bought = labels.reduce((sum, label) => sum + label, 0);
  return { slope: 0, intercept: Math.log((bought + 1) / (rows.length - bought + 1)) };
}

function crossFittedLoss(score: PurchaseScore, examples: SessionExamples, rows: Int32Array): number {
  let sum = 0;
  for (const half of [0, 1]) {
    const scaling = fitScaling(
      score,
      examples,
      rows.filter((row) => examples.visitors[row]! % 2 !== half),
    );
    for (const row of rows) {
      if (examples.visitors[row]! % 2 !== half) continue;
      const probability = plattProbability(scaling, purchaseScore(score, examples.featuresOf(row)));
      sum += logLoss(probability, examples.purchases[row]! === 1);
    }
  }
  return sum / Math.max(1, rows.length);
}
