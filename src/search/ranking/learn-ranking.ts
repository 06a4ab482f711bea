import { harvestExamination } from '../../learn/intervention-harvesting';
import type { LoggedSearch } from './logged-search';
import { DEFAULT_RANKING_MODEL, type RankingModel } from './log-linear';
import { ClickCounter } from './query-clicks';
import { COLUMNS, RankingRows } from './ranking-rows';

/** L2 penalties to choose from. With a penalty of n, the prior weights count about as much as n clicks. */
const PENALTIES = [1, 10, 100, 1_000];
/** The penalty is chosen on the newest training searches. They are this share of all training searches. */
const VALIDATION_SHARE = 0.2;
/** L2 penalty of the fits that estimate θ, the probability that a list position is examined. */
const EXAMINATION_L2 = 10;
const EXAMINATION_ROUNDS = 2;
/**
 * Precision (inverse variance) of the prior on ln θ. The mean of the prior is ln θ as estimated by features alone. With
 * a precision of 1, the prior matters only if few products were shown at several list positions.
 */
const PRECISION = 1;

interface RankingFigures {
  readonly searches: number;
  readonly rows: number;
  readonly clicks: number;
  readonly l2: number;
  readonly logLoss: number;
}

export interface LearnedRanking extends RankingModel {
  /** The score plus this intercept is ln(odds) that an examined product is clicked. */
  readonly intercept: number;
  /** θ by `placeGroup`: the probability that a list position is examined, relative to the first position. */
  readonly examination: Float64Array;
  readonly figures: RankingFigures;
}

export interface LearnOptions {
  /** θ (see {@link LearnedRanking.examination}), if known. */
  readonly examination?: Float64Array;
  readonly onStage?: (stage: string) => void;
}

/**
 * Learns the ranking from searches and their clicks, corrected for position bias. It fits a position-based click model
 * whose log odds of relevance are the ranking score (`fitPositionBasedModel`). The fit is regularized towards the
 * default weights, so that few clicks change them little.
 *
 * 1. Estimate θ, the examination probability of each list position ({@link examinationOf}).
 * 2. For each search, compute the click evidence of its products from the earlier searches, using θ.
 * 3. Fit the weights of the features and of the click evidence.
 * @param searches in order of time, with at least one click
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
  const coefficientOf = (name: (typeof COLUMNS)[number]) => fit.coefficients[COLUMNS.indexOf(name)];
  return {
    weights: boundedWeights(
      Object.fromEntries(COLUMNS.map((name) => [name, coefficientOf(name)])) as RankingModel['weights'],
    ),
    missing: rows.missing,
    clicks: counter.table(),
    // The score subtracts these means from price and rating, but the fit does not. The intercept makes up for that.
    intercept: fit.intercept + coefficientOf('price') * price + coefficientOf('rating') * rating,
    examination,
    figures: { searches: searches.length, rows: rows.count, clicks: rows.clicks, l2, logLoss: fit.logLoss },
  };
}

/** Limits weights: text, popularity, affinity, clicks never lower a score; out of stock costs at least the default. */
function boundedWeights(weights: RankingModel['weights']): RankingModel['weights'] {
  const { text, popularity, affinity, clicks, unavailable } = weights;
  return {
    ...weights,
    text: Math.max(0, text),
    popularity: Math.max(0, popularity),
    affinity: Math.max(0, affinity),
    clicks: Math.max(0, clicks),
    unavailable: Math.min(DEFAULT_RANKING_MODEL.weights.unavailable, unavailable),
  };
}

/**
 * Estimates θ from products that were shown at several list positions for the same query (intervention harvesting). The
 * estimate of θ needs the relevance that the features predict, and the fit of the features needs θ, so the two
 * alternate. The first θ, which is also the prior for positions with little data, is estimated by features alone.
 *
 * Features alone would yield a wrong θ once a learned ranking is active: products that are relevant for reasons that no
 * feature captures are then ranked high, and their clicks would be attributed to their list position.
 */
function examinationOf(rows: RankingRows): Float64Array {
  let fit = rows.fit({ l2: EXAMINATION_L2 });
  const byFeatures = fit.examination;
  for (let round = 0; round < EXAMINATION_ROUNDS; round++) {
    const examination = harvestExamination(rows.cells(fit), byFeatures, PRECISION);
    fit = rows.fit({ l2: EXAMINATION_L2, examination });
  }
  return fit.examination;
}

/** Returns the penalty with which a fit on the older searches best predicts the newer ones. */
function chooseL2(rows: RankingRows, examination: Float64Array, onStage: LearnOptions['onStage']): number {
  const validationStart = rows.rowOfSearch(1 - VALIDATION_SHARE);
  let [best] = PENALTIES;
  let lowestLoss = Infinity;
  for (const l2 of PENALTIES) {
    onStage?.(`penalty ${l2}`);
    const loss = rows.lossFrom(validationStart, rows.fit({ l2, examination, count: validationStart }));
    if (loss < lowestLoss) [best, lowestLoss] = [l2, loss];
  }
  return best;
}
