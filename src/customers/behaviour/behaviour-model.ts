import type { BoostedTrees } from '../../learn/boosting';
import type { DecisionTree } from '../../learn/decision-tree';
import type { PlattScaling } from '../../learn/platt-scaling';
import type { LinearEncoding } from './linear-encoding';

/** Classifies the next half hour of a session. */
export interface BehaviourTree {
  /** Fitted with class weights. Its own probabilities are weighted and are not served. */
  readonly tree: DecisionTree;
  /** Nodes × labels: probabilities of the labels in each leaf, without class weights; 0 for inner nodes. */
  readonly leafProbabilities: Float64Array;
  /** By label: the factor of its probability when the tree chooses the answer. */
  readonly classWeights: Float64Array;
}

/** A linear function of the encoded features. */
export interface LinearScore {
  readonly kind: 'logistic' | 'svm';
  readonly encoding: LinearEncoding;
  readonly coefficients: Float64Array;
  readonly intercept: number;
}

/** What scores the purchase: log-odds, or for the SVM a decision value. Higher means more likely. */
export type PurchaseScore =
  | { readonly kind: 'tree'; readonly tree: DecisionTree }
  | { readonly kind: 'boosted'; readonly trees: BoostedTrees }
  | LinearScore;

export type PurchaseModelKind = PurchaseScore['kind'];
export const PURCHASE_MODEL_KINDS: readonly PurchaseModelKind[] = ['tree', 'boosted', 'logistic', 'svm'];

/** Predicts whether a session orders from now to its end. */
export interface PurchaseModel {
  readonly score: PurchaseScore;
  /** Turns the score into log-odds. It was fitted on sessions that the score was not fitted on. */
  readonly scaling: PlattScaling;
}

/** The parameters of one fit. */
export interface BehaviourModel {
  readonly purchase: PurchaseModel;
  /** Null if too few sessions had one of the labels: stated rules answer then. */
  readonly behaviour: BehaviourTree | null;
}
