import { probabilityScores, type ProbabilityScores } from '../../learn/probability-scores';
import { BEHAVIOURS, type Behaviour } from './behaviour-label';
import type { BehaviourTree, PurchaseModel } from './behaviour-model';
import { chosenLabel, labelProbabilities } from './predict-behaviour';
import { purchaseProbability } from './purchase-score';
import type { SessionExamples } from './session-examples';

/** How well one label is found. */
export interface LabelQuality {
  readonly sessions: number;
  /** Share of the sessions with the label that got it. */
  readonly recall: number;
  /** Share of the sessions that got the label and have it; NaN if none got it. */
  readonly precision: number;
}

export interface BehaviourQuality {
  readonly labels: Readonly<Record<Behaviour, LabelQuality>>;
  /** Share of the sessions whose label was chosen. */
  readonly accuracy: number;
  /** Mean over the labels of the harmonic mean of recall and precision; labels without a session are left out. */
  readonly macroF1: number;
}

/** Returns the quality of the tree's choices for some examples. */
export function behaviourQuality(model: BehaviourTree, examples: SessionExamples, rows: Int32Array): BehaviourQuality {
  const [hits, chosen, present] = [0, 1, 2].map(() => new Float64Array(BEHAVIOURS.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (const row of rows) {
    const label = examples.labels[row]!;
    const choice = chosenLabel(model, labelProbabilities(model, examples.featuresOf(row)));
    chosen[choice]!++;
    present[label]!++;
    if (choice === label) hits[label]!++;
  }
  const qualities = BEHAVIOURS.map((_, label) => ({
    sessions: present[label]!,
    recall: hits[label]! / present[label]!,
    precision: hits[label]! / chosen[label]!,
  }));
  const scores = Array.from(present.keys())
    .filter((label) => present[label]! > 0)
    .map((label) => (2 * hits[label]!) / (chosen[label]! + present[label]!));
  return {
    labels: Object.fromEntries(BEHAVIOURS.map((label, at) => [label, qualities[at]!])) as BehaviourQuality['labels'],
    accuracy: hits.reduce((sum, count) => sum + count, 0) / rows.length,
    macroF1: scores.reduce((sum, score) => sum + score, 0) / scores.length,
  };
}

/** Returns the scores of purchase probabilities for some examples; null if all or none of them have an order. */
export function purchaseQuality(
  model: PurchaseModel,
  examples: SessionExamples,
  rows: Int32Array,
): ProbabilityScores | null {
  const labels = Uint8Array.from(rows, (row) => examples.purchases[row]!);
  if (new Set(labels).size < 2) return null;
  return probabilityScores(
    Float64Array.from(rows, (row) => purchaseProbability(model, examples.featuresOf(row))),
    labels,
  );
}
