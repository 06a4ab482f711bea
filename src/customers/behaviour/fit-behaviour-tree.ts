import { prunings } from '../../learn/cost-complexity';
import { leafOf } from '../../learn/decision-nodes';
import { fitDecisionTree, type DecisionTree } from '../../learn/decision-tree';
import { BEHAVIOURS } from './behaviour-label';
import type { BehaviourTree } from './behaviour-model';
import type { SessionExamples } from './session-examples';
import { designOf } from './session-rows';
import type { SessionSlices } from './session-slices';

/** The path is read by people. */
const MAX_DEPTH = 6;
/** Minimum number of rows in a leaf, and as a share of the rows. */
const MIN_LEAF_ROWS = 20;
const MIN_LEAF_SHARE = 0.002;
/** Weight of the shares of all sessions in a leaf, in sessions. */
const PRIOR_SESSIONS = 5;
/** Weight of the training slice's shares in a leaf against the calibration slice's counts, in sessions. */
const TRAINING_SESSIONS = 50;

const LABELS = BEHAVIOURS.length;

/**
 * Fits a pruned classification tree. A label that few sessions have gets more weight: the weights are the square roots
 * of those that would balance the labels, because full balance answers with labels whose probability is a few percent.
 * Of all prunings, from the whole tree to its root alone, the one with the least log-loss on the calibration slice is
 * chosen. The probabilities of its leaves are shares
 * without class weights, estimated again on the calibration slice.
 */
export function fitBehaviourTree(
  examples: SessionExamples,
  { training, calibration }: Pick<SessionSlices, 'training' | 'calibration'>,
): BehaviourTree {
  const shares = sharesOf(examples, training);
  const classWeights = shares.map((share) => Math.sqrt(1 / (LABELS * share)));
  const whole = fitDecisionTree({
    design: designOf(examples, training),
    labels: training.map((row) => examples.labels[row]!),
    classes: LABELS,
    classWeights,
    maxDepth: MAX_DEPTH,
    minLeafRows: Math.max(MIN_LEAF_ROWS, Math.ceil(MIN_LEAF_SHARE * training.length)),
  });
  let best: { tree: DecisionTree; probabilities: Float64Array; loss: number } | undefined;
  for (const { tree } of prunings(whole)) {
    const probabilities = leafShares(tree, examples, training, shares);
    const loss = meanLogLoss(tree, probabilities, examples, calibration);
    // Prunings become stronger. If two trees have the same loss, the later one is smaller and is used.
    if (best === undefined || loss <= best.loss) best = { tree, probabilities, loss };
  }
  const { tree, probabilities } = best!;
  return { tree, classWeights, leafProbabilities: recount(tree, probabilities, examples, calibration) };
}

/** Shares of the labels; a label without a session gets the share of half a session. */
function sharesOf({ labels }: SessionExamples, rows: Int32Array): Float64Array {
  const counts = new Float64Array(LABELS);
  for (const row of rows) counts[labels[row]!]!++;
  return counts.map((count) => Math.max(count, 0.5) / rows.length);
}

function leafShares({ nodes }: DecisionTree, examples: SessionExamples, rows: Int32Array, prior: Float64Array) {
  const shares = countsByLeaf(nodes, examples, rows);
  for (let node = 0; node < nodes.feature.length; node++) {
    const counts = shares.subarray(node * LABELS, (node + 1) * LABELS);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) continue;
    counts.forEach((count, c) => (counts[c] = (count + PRIOR_SESSIONS * prior[c]!) / (total + PRIOR_SESSIONS)));
  }
  return shares;
}

function recount({ nodes }: DecisionTree, shares: Float64Array, examples: SessionExamples, rows: Int32Array) {
  const counts = countsByLeaf(nodes, examples, rows);
  return shares.map((share, cell) => {
    const from = cell - (cell % LABELS);
    const total = counts.subarray(from, from + LABELS).reduce((sum, count) => sum + count, 0);
    return (TRAINING_SESSIONS * share + counts[cell]!) / (TRAINING_SESSIONS + total);
  });
}

function countsByLeaf(nodes: DecisionTree['nodes'], examples: SessionExamples, rows: Int32Array): Float64Array {
  const counts = new Float64Array(nodes.feature.length * LABELS);
  for (const row of rows) counts[leafOf(nodes, examples.featuresOf(row)) * LABELS + examples.labels[row]!]!++;
  return counts;
}

function meanLogLoss({ nodes }: DecisionTree, shares: Float64Array, examples: SessionExamples, rows: Int32Array) {
  let sum = 0;
  for (const row of rows)
    sum -= Math.log(shares[leafOf(nodes, examples.featuresOf(row)) * LABELS + examples.labels[row]!]!);
  return sum / Math.max(1, rows.length);
}
