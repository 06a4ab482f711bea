import { decisionPath, leafOf } from '../../learn/decision-nodes';
import { BEHAVIOURS, type Behaviour } from './behaviour-label';
import type { BehaviourModel, BehaviourTree } from './behaviour-model';
import { behaviourPath, type BehaviourStep } from './behaviour-path';
import { applyRules } from './behaviour-rules';
import { purchaseProbability } from './purchase-score';

/** Whether a fitted model or the stated rules have answered. */
export type BehaviourSource = 'MODEL' | 'RULE';

export interface SessionPrediction {
  readonly behaviour: Behaviour;
  /** What `behaviour`, `probabilities` and `path` come from. */
  readonly source: BehaviourSource;
  /** The probability of each label for the next half hour; they add up to 1. */
  readonly probabilities: Readonly<Record<Behaviour, number>>;
  /** The tests that led to the answer, in order. */
  readonly path: readonly BehaviourStep[];
  /** Probability of an order from now to the end of the session. */
  readonly purchaseProbability: number;
  readonly purchaseSource: BehaviourSource;
}

/**
 * Predicts what a session does next. A model without a tree of behaviour leaves that part to the rules.
 * @param model null if no version is active
 * @param features of the session as of now, see `SESSION_FEATURES`
 */
export function predictBehaviour(model: BehaviourModel | null, features: Float64Array): SessionPrediction {
  const rules = model === null || model.behaviour === null ? applyRules(features) : undefined;
  const purchase =
    model === null
      ? { purchaseProbability: rules!.purchaseProbability, purchaseSource: 'RULE' as const }
      : { purchaseProbability: purchaseProbability(model.purchase, features), purchaseSource: 'MODEL' as const };
  if (rules === undefined) return { ...classifyByTree(model!.behaviour!, features), ...purchase };
  const { behaviour, probability, tests } = rules;
  const rest = (1 - probability) / (BEHAVIOURS.length - 1);
  const probabilities = byLabel((index) => (BEHAVIOURS[index] === behaviour ? probability : rest));
  return { behaviour, source: 'RULE', probabilities, path: behaviourPath(tests, features), ...purchase };
}

/** Returns the probabilities of the labels, as a view of the tree's array. */
export function labelProbabilities({ tree, leafProbabilities }: BehaviourTree, features: Float64Array): Float64Array {
  const from = leafOf(tree.nodes, features) * BEHAVIOURS.length;
  return leafProbabilities.subarray(from, from + BEHAVIOURS.length);
}

/** Returns the index of the label that is likely compared with its share of all sessions. */
export function chosenLabel({ classWeights }: BehaviourTree, probabilities: Float64Array): number {
  let best = 0;
  for (let label = 1; label < BEHAVIOURS.length; label++)
    if (probabilities[label]! * classWeights[label]! > probabilities[best]! * classWeights[best]!) best = label;
  return best;
}

function classifyByTree(model: BehaviourTree, features: Float64Array) {
  const probabilities = labelProbabilities(model, features);
  return {
    behaviour: BEHAVIOURS[chosenLabel(model, probabilities)]!,
    source: 'MODEL' as const,
    probabilities: byLabel((index) => probabilities[index]!),
    path: behaviourPath(decisionPath(model.tree.nodes, features), features),
  };
}

function byLabel(value: (index: number) => number): Record<Behaviour, number> {
  return Object.fromEntries(BEHAVIOURS.map((label, index) => [label, value(index)])) as Record<Behaviour, number>;
}
