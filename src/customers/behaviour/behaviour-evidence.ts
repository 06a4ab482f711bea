import { logLoss } from '../../learn/log-loss';
import type { GateEvidence, GateMeasure } from '../../models/gate-evidence';
import { BEHAVIOURS } from './behaviour-label';
import type { BehaviourModel } from './behaviour-model';
import { labelProbabilities } from './predict-behaviour';
import { purchaseProbability } from './purchase-score';
import type { SessionExamples } from './session-examples';

export interface BehaviourEvidenceOptions {
  /** Rows of the test slice. */
  readonly test: Int32Array;
  readonly candidate: BehaviourModel;
  /** Null if no version is active. */
  readonly incumbent: BehaviourModel | null;
  /** The best version so far; null if it is the incumbent or is not stored. */
  readonly best: BehaviourModel | null;
  /** Returns a time in ms. */
  readonly clock: () => number;
}

/** Losses of one model, one for each session of the test. */
interface Losses {
  readonly purchase: Float64Array;
  /** Null if the model has no tree of behaviour. */
  readonly behaviour: Float64Array | null;
  readonly ms: number;
}

/**
 * Returns the log-losses of the candidate and its rivals for each session of the test slice. The sessions of a visitor
 * are one cluster. The baseline predicts the shares of all sessions before the test.
 */
export function behaviourEvidence(examples: SessionExamples, options: BehaviourEvidenceOptions): GateEvidence {
  const { test, candidate, incumbent, best, clock } = options;
  const own = lossesOf(candidate, examples, test, clock);
  const active = incumbent && lossesOf(incumbent, examples, test, clock);
  const previous = best && lossesOf(best, examples, test, clock);
  const baseline = baselineLosses(examples, test);
  const clusters = test.map((row) => examples.visitors[row]!);
  const measures: GateMeasure[] = [];
  for (const loss of ['purchase', 'behaviour'] as const) {
    const values = own[loss];
    if (values === null) continue;
    measures.push({
      name: `${loss} log-loss`,
      isLoss: true,
      clusters,
      candidate: values,
      incumbent: active?.[loss] ?? null,
      best: previous?.[loss] ?? null,
      baseline: baseline[loss],
    });
  }
  return {
    unit: 'session',
    measures,
    baselineName: 'shares',
    finite: measures.every((measure) => measure.candidate.every(Number.isFinite)),
    time: { candidateMs: own.ms, incumbentMs: active?.ms ?? null },
  };
}

function lossesOf(model: BehaviourModel, examples: SessionExamples, test: Int32Array, clock: () => number): Losses {
  const { behaviour } = model;
  const started = clock();
  const purchase = new Float64Array(test.length);
  const labels = behaviour && new Float64Array(test.length);
  test.forEach((row, at) => {
    const features = examples.featuresOf(row);
    purchase[at] = logLoss(purchaseProbability(model.purchase, features), examples.purchases[row] === 1);
    if (labels !== null) labels[at] = logLoss(labelProbabilities(behaviour!, features)[examples.labels[row]!]!, true);
  });
  return { purchase, behaviour: labels, ms: (clock() - started) / Math.max(1, test.length) };
}

function baselineLosses(examples: SessionExamples, test: Int32Array) {
  const testFrom = test.reduce((least, row) => Math.min(least, examples.cuts[row]!), Infinity);
  const counts = new Float64Array(BEHAVIOURS.length);
  let [bought, total] = [0, 0];
  for (let row = 0; row < examples.size; row++) {
    if (examples.labelEnds[row]! > testFrom) continue;
    counts[examples.labels[row]!]!++;
    bought += examples.purchases[row]!;
    total++;
  }
  return {
    purchase: Float64Array.from(test, (row) => logLoss(bought / total, examples.purchases[row] === 1)),
    behaviour: Float64Array.from(test, (row) => logLoss(counts[examples.labels[row]!]! / total, true)),
  };
}
