import type { DesignMatrix } from '../../learn/design-matrix';
import { fitLogistic } from '../../learn/logistic';

/** Log-odds that the best intent is right: scoreSlope · its score + oddsSlope · its softmax log-odds + intercept. */
export interface ConfidenceModel {
  /** ≥ 0. */
  readonly scoreSlope: number;
  /** ≥ 0. */
  readonly oddsSlope: number;
  readonly intercept: number;
}

/** The scores of a sentence, and whether its best intent is right. */
export interface ScoredSentence {
  /** By intent. */
  readonly scores: Float64Array;
  readonly isRight: boolean;
  /** How many sentences it represents, > 0. */
  readonly weight: number;
}

/** Scores are margins around ±1; the softmax multiplies them by this. Fixed, because the confidence model has a slope. */
const INVERSE_TEMPERATURE = 5;
/** Softmax log-odds are cut at ± this, so that they are finite. */
const MAX_LOG_ODDS = 30;
/** Penalty of the slopes: the influence of about one sentence, so that few sentences give gentle slopes. */
const L2 = 1;

/**
 * Fits the log-odds that the best intent is right, on sentences that the scores have not been fitted on (Platt 1999, with
 * two inputs). The best score says how close a sentence is to the intent, and thus whether it is in scope. The softmax
 * log-odds say how far the other intents are. A slope that would be negative becomes 0. One right and one wrong sentence
 * with mean inputs are added, so that the result is finite for sentences that are all right or all wrong.
 */
export function fitConfidence(sentences: readonly ScoredSentence[]): ConfidenceModel {
  const inputs = sentences.map(({ scores }) => inputsOf(scores));
  const both = fitSlopes(sentences, inputs, [0, 1]);
  if (both.slopes.every((slope) => slope >= 0)) return modelOf(both);
  const single = both.slopes[0] >= both.slopes[1] ? 0 : 1;
  const one = fitSlopes(sentences, inputs, [single]);
  return modelOf(one.slopes[single] >= 0 ? one : fitSlopes(sentences, inputs, []));
}

/**
 * Returns the confidence in each intent: p for the best one by the model; for another one p, or 1 − p if that is less,
 * shared by the softmax. All are in [0, 1], none exceeds p, and their sum is at most 1.
 */
export function confidencesOf(scores: Float64Array, model: ConfidenceModel): Float64Array {
  const best = bestOf(scores);
  const [score, odds] = inputsOf(scores);
  const p = 1 / (1 + Math.exp(-(model.scoreSlope * score + model.oddsSlope * odds + model.intercept)));
  const shares = scores.map((each) => Math.exp(INVERSE_TEMPERATURE * (each - scores[best])));
  const others = shares.reduce((sum, share) => sum + share, 0) - 1;
  return shares.map((share, c) => (c === best ? p : share * Math.min(p, (1 - p) / (others || 1))));
}

/** Returns the intent with the largest score; of several, the first. */
export function bestOf(scores: Float64Array): number {
  let best = 0;
  for (let c = 1; c < scores.length; c++) if (scores[c] > scores[best]) best = c;
  return best;
}

type Inputs = readonly [score: number, odds: number];

/** The best score, and ln(p ÷ (1 − p)) of its softmax probability p. */
function inputsOf(scores: Float64Array): Inputs {
  const best = bestOf(scores);
  let others = 0;
  for (let c = 0; c < scores.length; c++)
    if (c !== best) others += Math.exp(INVERSE_TEMPERATURE * (scores[c] - scores[best]));
  return [scores[best], Math.max(-MAX_LOG_ODDS, Math.min(MAX_LOG_ODDS, -Math.log(others)))];
}

interface Slopes {
  /** Of both inputs; 0 for an input that is not used. */
  readonly slopes: readonly [number, number];
  readonly intercept: number;
}

function fitSlopes(sentences: readonly ScoredSentence[], inputs: readonly Inputs[], used: readonly (0 | 1)[]): Slopes {
  const weights = sentences.map(({ weight }) => weight);
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const means = used.map((input) => inputs.reduce((sum, each, at) => sum + each[input] * weights[at], 0) / total);
  const design: DesignMatrix = {
    rows: inputs.length + 2,
    columns: used.length,
    readRow: (row, out) => used.forEach((input, c) => (out[c] = row < inputs.length ? inputs[row][input] : means[c])),
  };
  const labels = [...sentences.map(({ isRight }) => (isRight ? 1 : 0)), 1, 0];
  const fit = fitLogistic({ design, labels, weights: [...weights, 1, 1], l2: L2, tolerance: 1e-8 });
  const slopes: [number, number] = [0, 0];
  used.forEach((input, c) => (slopes[input] = fit.coefficients[c]));
  return { slopes, intercept: fit.intercept };
}

const modelOf = ({ slopes: [scoreSlope, oddsSlope], intercept }: Slopes): ConfidenceModel => ({
  scoreSlope,
  oddsSlope,
  intercept,
});
