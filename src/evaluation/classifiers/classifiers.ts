import { fitBoostedTrees } from '../../learn/boosted-trees';
import { scoreOfTrees } from '../../learn/boosting';
import { pruneDecisionTree } from '../../learn/cost-complexity';
import { classProbabilities, fitDecisionTree } from '../../learn/decision-tree';
import { loadLibsvm } from '../../learn/libsvm';
import { fitLogistic } from '../../learn/logistic';
import type { Classifier } from './classifier';
import { encodeRows } from './encoded-rows';
import { kernelSvm, linearSvm } from './support-vector-machines';

/** λ of logistic regression: scikit-learn's default, C = 1. */
const LOGISTIC_L2 = 1;
const LOGISTIC_TOLERANCE = 1e-8;
/** Penalty per leaf of the pruned tree, chosen before any measurement. */
const PRUNING_ALPHA = 0.0005;
const BOOSTED_TREES = 100;
const LEARNING_RATE = 0.1;

const probabilityOf = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/** Predicts the share of label 1 for every row. */
const baseRate: Classifier = {
  name: 'base-rate',
  fit(_rows, labels) {
    const share = labels.reduce((sum, label) => sum + label, 0) / labels.length;
    return () => share;
  },
};

const logisticRegression: Classifier = {
  name: 'logistic',
  fit(rows, labels) {
    const { design, encode } = encodeRows(rows, 'standard');
    const weights = new Float64Array(rows.length).fill(1);
    const { coefficients, intercept } = fitLogistic({
      design,
      labels,
      weights,
      l2: LOGISTIC_L2,
      tolerance: LOGISTIC_TOLERANCE,
    });
    return (row) => {
      const encoded = encode(row);
      return probabilityOf(coefficients.reduce((sum, beta, c) => sum + beta * encoded[c], intercept));
    };
  },
};

const prunedTree: Classifier = {
  name: 'pruned-tree',
  fit(rows, labels) {
    const { design, encode } = encodeRows(rows, 'plain');
    const tree = pruneDecisionTree(fitDecisionTree({ design, labels, classes: 2 }), PRUNING_ALPHA);
    return (row) => classProbabilities(tree, encode(row))[1];
  },
};

const boostedTrees: Classifier = {
  name: 'boosted-trees',
  fit(rows, labels) {
    const { design, encode } = encodeRows(rows, 'plain');
    const { model } = fitBoostedTrees({ design, labels, trees: BOOSTED_TREES, learningRate: LEARNING_RATE });
    return (row) => probabilityOf(scoreOfTrees(model, encode(row)));
  },
};

/** Loads the rows of the comparison. A new classifier needs a place here. */
export async function loadClassifiers(): Promise<readonly Classifier[]> {
  return [baseRate, logisticRegression, prunedTree, boostedTrees, linearSvm, kernelSvm(await loadLibsvm())];
}
