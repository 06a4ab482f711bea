import { FEATURES } from '../../features/feature-set';
import { summarizeCalibration } from '../../learn/calibration';
import type { GateEvidence, GateMeasure } from '../../models/gate-evidence';
import { scoresOf } from './ranker-scores';
import { withoutSessions, type RankingExamples, type ExampleWindow } from './ranker-examples';
import type { RankerModel } from '../artefact/ranker-model';
import { listNdcg } from './list-ndcg';

const TOP = 10;
const POPULARITY = FEATURES.findIndex(({ name }) => name === 'log month');

/** A holdout model to evaluate. */
export interface EvaluatedRanker {
  readonly model: RankerModel;
  /** Whether the model's version is served with nearest sessions and transitions as sources. */
  readonly usesSessions: boolean;
}

/**
 * Evaluates a holdout model on a window that it was not fitted on. Compares it with 30-day popularity and with earlier
 * models, which were not fitted on the window either. Each model ranks the candidates that it is served with. Popularity
 * ranks the same candidates as `candidate`.
 * @param collected the window as collected, before {@link withoutSessions}
 * @param incumbent holdout model of the active version, if there is one
 * @param bestEarlier holdout model of the best version so far, unless that is the active version
 */
export function rankerEvidence(
  candidate: EvaluatedRanker,
  collected: ExampleWindow,
  incumbent: EvaluatedRanker | null,
  bestEarlier: EvaluatedRanker | null = null,
): GateEvidence {
  const windowWithoutSessions = withoutSessions(collected);
  const evaluate = ({ model, usesSessions }: EvaluatedRanker): EvaluatedLists =>
    scoreLists(model, usesSessions ? collected : windowWithoutSessions);
  const candidateResult = evaluate(candidate);
  const incumbentResult = incumbent?.model.isCompatible() ? evaluate(incumbent) : null;
  const bestEarlierResult = bestEarlier?.model.isCompatible() ? evaluate(bestEarlier) : null;
  const { window } = candidateResult;
  const popularity = { window, scores: window.lists.map(popularityOf) };
  // The lists of this window contain all candidates, not a sample. So the calibration needs no sample weights.
  const calibration = summarizeCalibration(
    candidateResult.scores,
    window.lists.map(({ labels }) => labels),
  );
  const measure = (name: string, newOnly: boolean): GateMeasure => ({
    name,
    candidate: ndcgs(candidateResult, newOnly),
    incumbent: incumbentResult && ndcgs(incumbentResult, newOnly),
    best: bestEarlierResult && ndcgs(bestEarlierResult, newOnly),
    baseline: ndcgs(popularity, newOnly),
  });
  // Coverage has the same denominator for all models, so that it can be compared.
  const collectedProducts = new Set<number>();
  for (const { products } of collected.lists) for (const product of products) collectedProducts.add(product);
  return {
    unit: 'list',
    baselineName: 'popularity',
    // `NDCG@10 repeat` is a stored name. It counts all purchased products, whether or not they were bought before.
    measures: [measure('NDCG@10 repeat', false), measure('NDCG@10 new', true)],
    finite: candidateResult.scores.every((scores) => scores.every(Number.isFinite)),
    coverage: {
      candidate: coverageOf(candidateResult, collectedProducts.size),
      incumbent: incumbentResult && coverageOf(incumbentResult, collectedProducts.size),
    },
    chances: calibration,
    time: { candidateMs: candidateResult.listMs, incumbentMs: incumbentResult?.listMs ?? null },
  };
}

/** Maximum number of lists that are timed together in one round. */
const TIMED_LISTS = 20;
const TIMED_ROUNDS = 10;

/** A window's lists, with a score for each candidate of each list. */
interface ScoredLists {
  readonly window: ExampleWindow;
  readonly scores: readonly Float64Array[];
}

interface EvaluatedLists extends ScoredLists {
  /** Milliseconds to score one list. */
  readonly listMs: number;
}

function scoreLists(model: RankerModel, window: ExampleWindow): EvaluatedLists {
  return { window, scores: window.lists.map((list) => scoresOf(model, list)), listMs: listMsOf(model, window) };
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
function ndcgs({ window, scores }: ScoredLists, newOnly: boolean): Float64Array {
  const values: number[] = [];
  window.lists.forEach((list, l) => {
    if (!newOnly) values.push(listNdcg(scores[l], list.labels, list.boughtCount));
    else if (list.newBoughtCount > 0)
      values.push(listNdcg(scores[l], list.labels, list.newBoughtCount, list.boughtBefore));
  });
  return Float64Array.from(values);
}

/** Returns the number of products that are in the top ten of at least one list, as a share of `productCount`. */
function coverageOf({ window, scores }: ScoredLists, productCount: number): number {
  const shown = new Set<number>();
  window.lists.forEach((list, l) => {
    const ranking = Array.from(scores[l].keys()).sort((a, b) => scores[l][b] - scores[l][a] || a - b);
    for (const row of ranking.slice(0, TOP)) shown.add(list.products[row]);
  });
  return productCount === 0 ? 0 : shown.size / productCount;
}
