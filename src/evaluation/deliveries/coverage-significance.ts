import { logGamma } from '../../learn/log-gamma';
import { scoresBy, type DeliveryScores, type ScoredPrediction } from './delivery-scores';

/** Probability of at least one wrong rejection among all groups. */
const FAMILY_WISE_ERROR_RATE = 0.05;

/** A cell with fewer parcels is not tested. */
const MIN_CELL_PARCELS = 1_000;

/** The coverage in the cells of lane and stage. A parcel counts once in a cell, so its results are independent. */
export interface CellCoverage {
  /** Number of cells with enough parcels. */
  readonly tested: number;
  /** Number of cells with too few parcels. */
  readonly tooSmall: number;
  /** The tested cells whose coverage differs significantly from the nominal one. */
  readonly wrong: readonly DeliveryScores[];
}

/** Tests the coverage in each cell of lane and stage that has enough parcels. */
export function cellCoverage(predictions: readonly ScoredPrediction[], nominal: number): CellCoverage {
  const cells = scoresBy(predictions, ({ lane, stage }) => `${lane} ${stage}`);
  const tested = cells.filter((cell) => cell.predictions >= MIN_CELL_PARCELS);
  return { tested: tested.length, tooSmall: cells.length - tested.length, wrong: wrongCoverage(tested, nominal) };
}

/**
 * Returns the groups whose coverage differs significantly from the nominal one: two-sided binomial tests with Holm's
 * correction for their number (Holm, Scandinavian Journal of Statistics 6(2), 1979).
 */
export function wrongCoverage(groups: readonly DeliveryScores[], nominal: number): DeliveryScores[] {
  const ranked = groups
    .map((scores) => ({
      scores,
      p: binomialPValue(Math.round(scores.coverage * scores.predictions), scores.predictions, nominal),
    }))
    .sort((a, b) => a.p - b.p);
  const accepted = ranked.findIndex(({ p }, at) => p > FAMILY_WISE_ERROR_RATE / (ranked.length - at));
  return ranked.slice(0, accepted < 0 ? ranked.length : accepted).map(({ scores }) => scores);
}

/** Returns twice the smaller tail probability, at most 1, of `hits` among `count` trials. */
export function binomialPValue(hits: number, count: number, probability: number): number {
  const term = (k: number) =>
    Math.exp(
      logGamma(count + 1) -
        logGamma(k + 1) -
        logGamma(count - k + 1) +
        k * Math.log(probability) +
        (count - k) * Math.log1p(-probability),
    );
  let [lower, upper] = [0, 0];
  for (let k = 0; k <= hits; k++) lower += term(k);
  for (let k = hits; k <= count; k++) upper += term(k);
  return Math.min(1, 2 * Math.min(lower, upper));
}
