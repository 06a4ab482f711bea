import { FEATURES } from '../../features/feature-set';
import { summarizeCalibration } from '../../learn/calibration';
import type { GateEvidence, GateMeasure } from '../../models/gate-evidence';
import { scoresOf } from './ranker-scores';
import type { RankingExamples, ExampleWindow } from './ranker-examples';
import type { RankerModel } from '../artefact/ranker-model';
import { listNdcg } from './list-ndcg';

const TOP = 10;
const POPULARITY = FEATURES.findIndex(({ name }) => name === 'log month');

/**
 * Evaluates a holdout model on a window that it was not fitted on. Compares it with 30-day popularity and with earlier
 * models, which were not fitted on the window either.
 * @param incumbent holdout model of the active version, if there is one
 * @param bestEarlier holdout model of the best version so far, unless that is the active version
 */
export function rankerEvidence(
  candidate: RankerModel,
  window: ExampleWindow,
  incumbent: RankerModel | null,
  bestEarlier: RankerModel | null = null,
): GateEvidence {
  const candidateResult = scoreLists(candidate, window);
  const incumbentResult = incumbent?.isCompatible() ? scoreLists(incumbent, window) : null;
  const bestEarlierResult = bestEarlier?.isCompatible() ? scoreLists(bestEarlier, window) : null;
  const popularity = window.lists.map(popularityOf);
  // The lists of this window contain all candidates, not a sample. So the calibration needs no sample weights.
  const calibration = summarizeCalibration(
    candidateResult.scores,
    window.lists.map(({ labels }) => labels),
  );
  const measure = (name: string, newOnly: boolean): GateMeasure => ({
    name,
    candidate: ndcgs(window, candidateResult.scores, newOnly),
    incumbent: incumbentResult && ndcgs(window, incumbentResult.scores, newOnly),
    best: bestEarlierResult && ndcgs(window, bestEarlierResult.scores, newOnly),
    baseline: ndcgs(window, popularity, newOnly),
  });
  return {
    unit: 'list',
    baselineName: 'popularity',
    // `NDCG@10 repeat` is a stored name. It counts all purchased products, whether or not they were bought before.
    measures: [measure('NDCG@10 repeat', false), measure('NDCG@10 new', true)],
    finite: candidateResult.scores.every((scores) => scores.every(Number.isFinite)),
    coverage: {
      candidate: coverageOf(window, candidateResult.scores),
      incumbent: incumbentResult && coverageOf(window, incumbentResult.scores),
    },
    chances: calibration,
    time: { candidateMs: candidateResult.listMs, incumbentMs: incumbentResult?.listMs ?? null },
  };
}

/** Maximum number of lists that are timed together in one round. */
const TIMED_LISTS = 20;
const TIMED_ROUNDS = 10;

function scoreLists(model: RankerModel, window: ExampleWindow): { scores: Float64Array[]; listMs: number } {
  return { scores: window.lists.map((list) => scoresOf(model, list)), listMs: listMsOf(model, window) };
}

/**
 * Returns milliseconds per list in the fastest round. A fit runs at the lowest priority, so slower rounds measure other
 * load on the machine.
 */
function listMsOf(model: RankerModel, { lists }: ExampleWindow): number {
  const timed = lists.slice(0, TIMED_LISTS);
  let quickest = Infinity;
  for (let round = 0; round < TIMED_ROUNDS; round++) {
    const began = performance.now();
    for (const list of timed) scoresOf(model, list);
    quickest = Math.min(quickest, performance.now() - began);
  }
  return quickest / Math.max(1, timed.length);
}

function popularityOf(list: RankingExamples): Float64Array {
  return Float64Array.from(list.labels, (_, c) => list.features[c * FEATURES.length + POPULARITY]);
}

/**
 * Returns NDCG@10 of each list. With `newOnly`, only products new to the customer count, and lists of customers who
 * bought no such products are omitted.
 */
function ndcgs(window: ExampleWindow, scores: readonly Float64Array[], newOnly: boolean): Float64Array {
  const values: number[] = [];
  window.lists.forEach((list, l) => {
    if (!newOnly) values.push(listNdcg(scores[l], list.labels, list.boughtCount));
    else if (list.newBoughtCount > 0)
      values.push(listNdcg(scores[l], list.labels, list.newBoughtCount, list.boughtBefore));
  });
  return Float64Array.from(values);
}

/** Returns the share of all candidates that are in the top ten of at least one list. */
function coverageOf(window: ExampleWindow, scores: readonly Float64Array[]): number {
  const shown = new Set<number>();
  const all = new Set<number>();
  window.lists.forEach((list, l) => {
    const ranking = Array.from(scores[l].keys()).sort((a, b) => scores[l][b] - scores[l][a] || a - b);
    ranking.forEach((row, place) => {
      all.add(list.products[row]);
      if (place < TOP) shown.add(list.products[row]);
    });
  });
  return all.size === 0 ? 0 : shown.size / all.size;
}
