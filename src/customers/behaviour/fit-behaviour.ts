import { BEHAVIOURS, type Behaviour } from './behaviour-label';
import type { BehaviourModel } from './behaviour-model';
import { fitBehaviourTree } from './fit-behaviour-tree';
import { fitPurchaseModels, type Competitor } from './fit-purchase-model';
import type { SessionExamples } from './session-examples';
import { splitByVisitorAndTime, splitForServing } from './session-slices';

/** Below either number, stated rules answer instead of a model. */
const MIN_SESSIONS = 1_000;
const MIN_LABEL_SESSIONS = 100;

export interface BehaviourFit {
  /** Fitted on all sessions. */
  readonly model: BehaviourModel;
  /** Fitted without the test slice: for the comparison with other versions. */
  readonly holdoutModel: BehaviourModel;
  /** The models of the purchase probability without the test slice, the winner first. */
  readonly competitors: readonly Competitor[];
  /** Rows of the test slice. */
  readonly test: Int32Array;
}

/**
 * Fits the tree of behaviour and the purchase probability. The models compete without the test slice; the winner is then
 * fitted on all sessions.
 * @returns why there are too few sessions, if there are
 */
export function fitBehaviour(examples: SessionExamples, seed: number): BehaviourFit | { readonly tooLittle: string } {
  const counts = countLabels(examples);
  const bought = examples.purchases.subarray(0, examples.size).reduce((sum, label) => sum + label, 0);
  const fewest = Math.min(bought, examples.size - bought);
  if (examples.size < MIN_SESSIONS || fewest < MIN_LABEL_SESSIONS)
    return {
      tooLittle: `${examples.size} ended sessions, ${bought} of them with an order: at least ${MIN_SESSIONS} and ${MIN_LABEL_SESSIONS} are needed`,
    };
  const slices = splitByVisitorAndTime(examples);
  const isFittable = (rows: Int32Array) => new Set(rows.map((row) => examples.purchases[row]!)).size === 2;
  if (!isFittable(slices.training) || !isFittable(slices.calibration) || slices.test.length === 0)
    return { tooLittle: 'the sessions do not span enough time and visitors for a test' };
  const hasTree = BEHAVIOURS.every((label) => counts[label] >= MIN_LABEL_SESSIONS);
  const competitors = fitPurchaseModels(examples, slices, { seed });
  const winner = competitors[0]!;
  const holdoutModel = {
    purchase: winner.model,
    behaviour: hasTree ? fitBehaviourTree(examples, slices) : null,
  };
  const all = splitForServing(examples);
  const [served] = fitPurchaseModels(examples, all, { seed, kinds: [winner.kind] });
  const model = { purchase: served!.model, behaviour: hasTree ? fitBehaviourTree(examples, all) : null };
  return { model, holdoutModel, competitors, test: slices.test };
}

/** The number of sessions with each label. */
export function countLabels({ labels, size }: SessionExamples): Record<Behaviour, number> {
  const counts = new Uint32Array(BEHAVIOURS.length);
  for (let row = 0; row < size; row++) counts[labels[row]!]!++;
  return Object.fromEntries(BEHAVIOURS.map((label, index) => [label, counts[index]!])) as Record<Behaviour, number>;
}
