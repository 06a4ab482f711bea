import { scoreOfTrees } from '../../learn/boosting';
import { leafOf } from '../../learn/decision-nodes';
import type { DecisionTree } from '../../learn/decision-tree';
import { plattProbability } from '../../learn/cross-validated-platt-scaling';
import { encodeLinear, LINEAR_COLUMNS } from './linear-encoding';
import type { LinearScore, PurchaseModel, PurchaseScore } from './behaviour-model';

const encoded = new Float64Array(LINEAR_COLUMNS);

/** Returns the score of a session before calibration. */
export function purchaseScore(score: PurchaseScore, features: ArrayLike<number>): number {
  switch (score.kind) {
    case 'tree':
      return leafLogOdds(score.tree, features);
    case 'boosted':
      return scoreOfTrees(score.trees, features);
    default:
      return linearScore(score, features);
  }
}

/** Returns the probability of an order from now to the end of the session. */
export function purchaseProbability({ score, scaling }: PurchaseModel, features: ArrayLike<number>): number {
  return plattProbability(scaling, purchaseScore(score, features));
}

/** Laplace's rule of succession keeps the log-odds of pure leaves finite. */
function leafLogOdds({ nodes, probabilities, weights }: DecisionTree, features: ArrayLike<number>): number {
  const leaf = leafOf(nodes, features);
  const [no, yes] = [probabilities[2 * leaf]!, probabilities[2 * leaf + 1]!];
  return Math.log((yes * weights[leaf]! + 1) / (no * weights[leaf]! + 1));
}

function linearScore({ encoding, coefficients, intercept }: LinearScore, features: ArrayLike<number>): number {
  encodeLinear(encoding, features, encoded);
  let sum = intercept;
  for (let c = 0; c < coefficients.length; c++) sum += coefficients[c]! * encoded[c]!;
  return sum;
}
