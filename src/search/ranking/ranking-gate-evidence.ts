import { summarizeCalibration, type CalibrationSummary } from '../../learn/calibration';
import type { GateEvidence, GateMeasure } from '../../models/gate-evidence';
import { RANKING_FEATURES } from './evidence-vector';
import type { LearnedRanking } from './learn-ranking';
import { featureAt, type LoggedSearch, placeGroup } from './logged-search';
import { type FeatureVector, DEFAULT_RANKING_MODEL, type RankingModel, score } from './log-linear';

const TOP = 10;
/** Maximum weight of a click at a rarely examined list position, so that one lucky click does not decide. */
const MAX_WEIGHT = 20;
/** Searches per timing round, and number of rounds. */
const TIMED_SEARCHES = 20;
const TIMED_ROUNDS = 10;

/**
 * Evaluates a ranking on held-out searches, compared with other rankings that were not trained on them and with the
 * default weights.
 *
 * The measure of a search is the sum of 1/rank over its clicked products, where rank is the place that the ranking
 * gives the product among the shown products. Each click is weighted by 1/θ (inverse propensity scoring: Joachims,
 * Swaminathan, Schnabel, WSDM 2017). θ is the probability that the list position at which the product was shown is
 * examined, so only a share θ of the relevant products there is clicked. The measures are divided by the mean weight of
 * a search.
 */
export function rankingGateEvidence(
  candidate: LearnedRanking,
  searches: readonly LoggedSearch[],
  incumbent: RankingModel | null,
  best: RankingModel | null,
): GateEvidence {
  const clicked = searches.filter((search) => search.clicked.includes(1));
  const weights = clicked.map((search) => weightOf(search, candidate.examination));
  const meanWeight = weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, weights.length);
  const measuresOf = (model: RankingModel) =>
    Float64Array.from(
      clicked,
      (search) => reciprocalRank(search, scoresOf(model, search), candidate.examination) / meanWeight,
    );
  const measure: GateMeasure = {
    name: 'IPS reciprocal rank',
    candidate: measuresOf(candidate),
    incumbent: incumbent && measuresOf(incumbent),
    best: best && measuresOf(best),
    baseline: measuresOf(DEFAULT_RANKING_MODEL),
  };
  return {
    unit: 'list',
    measures: [measure],
    baselineName: 'the weights set by hand',
    finite: searches.every((search) => scoresOf(candidate, search).every(Number.isFinite)),
    coverage: { candidate: coverageOf(candidate, searches), incumbent: incumbent && coverageOf(incumbent, searches) },
    chances: chancesOf(candidate, searches),
    time: { candidateMs: listMsOf(candidate, searches), incumbentMs: incumbent && listMsOf(incumbent, searches) },
  };
}

/** Returns the scores of a search's products, in the order in which they were shown. */
function scoresOf(model: RankingModel, search: LoggedSearch): Float64Array {
  const clicks = model.clicks.of(search.query);
  return Float64Array.from(search.shown, (product, place) => {
    const features = Object.fromEntries(
      RANKING_FEATURES.map((name, f) => [name, featureAt(search, place, f)]),
    ) as unknown as FeatureVector;
    return score(model, { ...features, clicks: clicks?.get(product) ?? 0, boost: 1 });
  });
}

function weightAt(place: number, examination: ArrayLike<number>): number {
  return Math.min(MAX_WEIGHT, 1 / examination[placeGroup(place)]);
}

function weightOf({ clicked }: LoggedSearch, examination: ArrayLike<number>): number {
  return clicked.reduce((sum, label, place) => sum + label * weightAt(place, examination), 0);
}

function reciprocalRank({ clicked }: LoggedSearch, scores: Float64Array, examination: ArrayLike<number>): number {
  const order = orderOf(scores);
  let sum = 0;
  order.forEach((place, rank) => {
    if (clicked[place] === 1) sum += weightAt(place, examination) / (rank + 1);
  });
  return sum;
}

/** Returns the indices of the shown products, in descending order of score. */
function orderOf(scores: Float64Array): number[] {
  return Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
}

/** Returns the share of all shown products that are ranked among the first ten of any list. */
function coverageOf(model: RankingModel, searches: readonly LoggedSearch[]): number {
  const first = new Set<string>();
  const all = new Set<string>();
  for (const search of searches)
    orderOf(scoresOf(model, search)).forEach((place, rank) => {
      all.add(search.shown[place]);
      if (rank < TOP) first.add(search.shown[place]);
    });
  return all.size === 0 ? 0 : first.size / all.size;
}

/** Returns the calibration figures of the predicted click probability of all shown products. */
function chancesOf(model: LearnedRanking, searches: readonly LoggedSearch[]): CalibrationSummary {
  const logOdds = searches.map((search) =>
    scoresOf(model, search).map((scored, place) => {
      const relevance = 1 / (1 + Math.exp(-(scored + model.intercept)));
      const p = model.examination[placeGroup(place)] * relevance;
      return Math.log(p / (1 - p));
    }),
  );
  return summarizeCalibration(
    logOdds,
    searches.map(({ clicked }) => clicked),
  );
}

/**
 * Returns the time in ms that scoring the products of a search takes: the minimum over several rounds, because a fit
 * runs at the lowest priority and other work disturbs the timing.
 */
function listMsOf(model: RankingModel, searches: readonly LoggedSearch[]): number {
  const timed = searches.slice(0, TIMED_SEARCHES);
  let shortestMs = Infinity;
  for (let round = 0; round < TIMED_ROUNDS; round++) {
    const began = performance.now();
    for (const search of timed) scoresOf(model, search);
    shortestMs = Math.min(shortestMs, performance.now() - began);
  }
  return shortestMs / Math.max(1, timed.length);
}
