import { harvestExamination } from '../../learn/intervention-harvesting';
import type { LoggedSearch } from './logged-search';
import { HAND_SET, type RankingModel } from './log-linear';
import { ClickCounter } from './query-clicks';
import { COLUMNS, RankingRows } from './ranking-rows';

/** Penalties to choose from, in clicks' worth of what is held beforehand. */
const PENALTIES = [1, 10, 100, 1_000];
/** The penalty is chosen on the newest fifth of what is learned from. */
const CHOOSING = 0.2;
/** Of the fits that examination is found with. */
const EXAMINATION_L2 = 10;
const ROUNDS = 2;
/** ln θ is believed to be as features have it, give or take 1: what stood at several places moves it soon. */
const PRECISION = 1;

export interface RankingFigures {
  readonly searches: number;
  readonly rows: number;
  readonly clicks: number;
  readonly l2: number;
  readonly logLoss: number;
}

export interface LearnedRanking extends RankingModel {
  /** What makes the score ln(odds) that what is looked at is clicked. */
  readonly intercept: number;
  /** θ by place group: the share of those who look at the first place that look there. */
  readonly examination: Float64Array;
  readonly figures: RankingFigures;
}

export interface LearnOptions {
  /** θ by place group, where it is known. */
  readonly examination?: Float64Array;
  readonly onStage?: (stage: string) => void;
}

/**
 * Learns what products are worth from searches and their clicks, without the clicks that a place brings by itself: a
 * position-based click model whose odds of being wanted are the ranking's score (`fitPositionBasedModel`). It is
 * drawn to the weights that are set by hand, so that few clicks move them little.
 *
 * 1. θ, how much each place is looked at ({@link examinationOf});
 * 2. from it what clicks said of each query's products, as of each search;
 * 3. the weights of features and of that.
 * @param searches in the order of their times, with at least one click
 */
export function learnRanking(searches: readonly LoggedSearch[], options: LearnOptions = {}): LearnedRanking {
  const { onStage } = options;
  onStage?.('examination');
  const rows = new RankingRows(searches);
  const examination = options.examination ?? examinationOf(rows);
  rows.countClicks(examination);
  const l2 = chooseL2(rows, examination, onStage);
  onStage?.('weights');
  const fit = rows.fit({ l2, examination });
  const counter = new ClickCounter(examination);
  for (const search of searches) counter.add(search);
  const { price, rating } = rows.missing;
  const at = (name: (typeof COLUMNS)[number]) => fit.coefficients[COLUMNS.indexOf(name)];
  return {
    weights: bounded(Object.fromEntries(COLUMNS.map((name) => [name, at(name)])) as RankingModel['weights']),
    missing: rows.missing,
    clicks: counter.table(),
    // The score has prices and ratings as distances from these.
    intercept: fit.intercept + at('price') * price + at('rating') * rating,
    examination,
    figures: { searches: searches.length, rows: rows.count, clicks: rows.clicks, l2, logLoss: fit.logLoss },
  };
}

/** What speaks for a product does not lower it; and a click sells nothing that is out of stock. */
function bounded(weights: RankingModel['weights']): RankingModel['weights'] {
  const { text, popularity, affinity, clicks, unavailable } = weights;
  return {
    ...weights,
    text: Math.max(0, text),
    popularity: Math.max(0, popularity),
    affinity: Math.max(0, affinity),
    clicks: Math.max(0, clicks),
    unavailable: Math.min(HAND_SET.weights.unavailable, unavailable),
  };
}

/**
 * θ from products that stood at several places for the same query, given what features make each time more or less
 * likely to be clicked, which depends on θ in turn. To begin with, and for places of which that says little, as features
 * alone have it.
 *
 * By features alone θ would be wrong as soon as the ranking has learned: what is wanted for reasons that no feature
 * tells stands high then, and its clicks would be put down to its place.
 */
function examinationOf(rows: RankingRows): Float64Array {
  let fit = rows.fit({ l2: EXAMINATION_L2 });
  const byFeatures = fit.examination;
  for (let round = 0; round < ROUNDS; round++) {
    const examination = harvestExamination(rows.cells(fit), byFeatures, PRECISION);
    fit = rows.fit({ l2: EXAMINATION_L2, examination });
  }
  return fit.examination;
}

/** The penalty with which the older searches foretell the newer ones best. */
function chooseL2(rows: RankingRows, examination: Float64Array, onStage: LearnOptions['onStage']): number {
  const from = rows.rowOfSearch(1 - CHOOSING);
  let [best] = PENALTIES;
  let least = Infinity;
  for (const l2 of PENALTIES) {
    onStage?.(`penalty ${l2}`);
    const loss = rows.lossFrom(from, rows.fit({ l2, examination, count: from }));
    if (loss < least) [best, least] = [l2, loss];
  }
  return best;
}
