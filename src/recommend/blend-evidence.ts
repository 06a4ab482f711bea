import { FEATURES } from '../features/feature-set';
import { chanceFigures } from '../learn/calibration';
import type { Evidence, Measure } from '../models/gate';
import { scoresOf } from './blend-scores';
import type { ExampleList, ExampleWindow } from './blend-examples';
import type { BlendModel } from './blend-model';
import { listNdcg } from './list-ndcg';

const TOP = 10;
const POPULARITY = FEATURES.findIndex(({ name }) => name === 'log month');

/**
 * Evaluates a model on a window that it was not fitted on, and compares it with other models that were not fitted on
 * the window and with 30-day popularity.
 */
export function blendEvidence(
  candidate: BlendModel,
  window: ExampleWindow,
  incumbent: BlendModel | null,
  best: BlendModel | null = null,
): Evidence {
  const mine = rank(candidate, window);
  const theirs = incumbent?.fits() ? rank(incumbent, window) : null;
  const bests = best?.fits() ? rank(best, window) : null;
  const popularity = window.lists.map(popularityOf);
  // The lists of the window are complete, so predicted and observed shares refer to all candidates.
  const chances = chanceFigures(
    mine.scores,
    window.lists.map(({ labels }) => labels),
  );
  const measure = (name: string, fresh: boolean): Measure => ({
    name,
    candidate: ndcgs(window, mine.scores, fresh),
    incumbent: theirs && ndcgs(window, theirs.scores, fresh),
    best: bests && ndcgs(window, bests.scores, fresh),
    popularity: ndcgs(window, popularity, fresh),
  });
  return {
    measures: [measure('NDCG@10 repeat', false), measure('NDCG@10 new', true)],
    finite: mine.scores.every((scores) => scores.every(Number.isFinite)),
    coverage: coverageOf(window, mine.scores),
    incumbentCoverage: theirs && coverageOf(window, theirs.scores),
    chances,
    listMs: mine.listMs,
    incumbentListMs: theirs?.listMs ?? null,
  };
}

/** Number of lists timed together, and number of timed rounds. */
const TIMED_LISTS = 20;
const TIMED_ROUNDS = 10;

function rank(model: BlendModel, window: ExampleWindow): { scores: Float64Array[]; listMs: number } {
  return { scores: window.lists.map((list) => scoresOf(model, list)), listMs: listMsOf(model, window) };
}

/**
 * Returns milliseconds per list in the fastest round. A fit runs at the lowest priority, so slower rounds measure other
 * load on the machine.
 */
function listMsOf(model: BlendModel, { lists }: ExampleWindow): number {
  const timed = lists.slice(0, TIMED_LISTS);
  let quickest = Infinity;
  for (let round = 0; round < TIMED_ROUNDS; round++) {
    const began = performance.now();
    for (const list of timed) scoresOf(model, list);
    quickest = Math.min(quickest, performance.now() - began);
  }
  return quickest / Math.max(1, timed.length);
}

function popularityOf(list: ExampleList): Float64Array {
  return Float64Array.from(list.labels, (_, c) => list.features[c * FEATURES.length + POPULARITY]);
}

/**
 * @param fresh counts only products that were new to the customer, on the lists of customers who bought such products
 */
function ndcgs(window: ExampleWindow, scores: readonly Float64Array[], fresh: boolean): Float64Array {
  const values: number[] = [];
  window.lists.forEach((list, l) => {
    if (!fresh) values.push(listNdcg(scores[l], list.labels, list.truth));
    else if (list.truthNew > 0) values.push(listNdcg(scores[l], list.labels, list.truthNew, list.bought));
  });
  return Float64Array.from(values);
}

/** Returns the share of all candidates that are in the top ten of at least one list. */
function coverageOf(window: ExampleWindow, scores: readonly Float64Array[]): number {
  const shown = new Set<number>();
  const all = new Set<number>();
  window.lists.forEach((list, l) => {
    const best = Array.from(scores[l].keys()).sort((a, b) => scores[l][b] - scores[l][a] || a - b);
    best.forEach((candidate, place) => {
      all.add(list.products[candidate]);
      if (place < TOP) shown.add(list.products[candidate]);
    });
  });
  return all.size === 0 ? 0 : shown.size / all.size;
}
