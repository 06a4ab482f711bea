/** The best intent of a sentence that the classifier has not been fitted on. */
export interface HeldOutOutcome {
  readonly confidence: number;
  /** Always false for a sentence out of scope. */
  readonly isRight: boolean;
  /** How many sentences it represents, > 0. */
  readonly weight: number;
}

/** A wrong answer costs as much as this many right answers are worth. A refused question is worth 0. */
const WRONG_ANSWER_COST = 2;
/** If the confidence were the exact probability that an answer is right, this threshold would be the best one. */
const IDEAL_THRESHOLD = WRONG_ANSWER_COST / (1 + WRONG_ANSWER_COST);
/** Utilities that differ by less than this, per sentence, count as equal: a few sentences more or less decide. */
const TOLERANCE = 0.002;
/** Thresholds are multiples of 1 ÷ this. */
const STEPS = 100;

/**
 * Chooses the threshold: questions with less confidence are refused. It maximises the utility of the answers to held-out
 * sentences: the weight of right answers minus {@link WRONG_ANSWER_COST} times the weight of wrong ones, where each
 * answer to a sentence out of scope is wrong. Of the thresholds whose utility is within {@link TOLERANCE} of the best, it
 * returns the one that is closest to {@link IDEAL_THRESHOLD}, because the maximum itself depends on a few sentences.
 * @returns a number in (0, 1)
 */
export function chooseThreshold(outcomes: readonly HeldOutOutcome[]): number {
  // By number of steps: what the answers with a confidence from this step to the next are worth.
  const worth = new Float64Array(STEPS + 1);
  let total = 0;
  for (const { confidence, isRight, weight } of outcomes) {
    worth[Math.floor(confidence * STEPS)] += isRight ? weight : -WRONG_ANSWER_COST * weight;
    total += weight;
  }
  const utilities = new Float64Array(STEPS);
  let utility = worth[STEPS];
  for (let step = STEPS - 1; step > 0; step--) utilities[step] = utility += worth[step];
  const steps = Array.from({ length: STEPS - 1 }, (_, at) => at + 1);
  const best = Math.max(...steps.map((step) => utilities[step]));
  const distance = (step: number): number => Math.abs(step / STEPS - IDEAL_THRESHOLD);
  const candidates = steps.filter((step) => utilities[step] >= best - TOLERANCE * total);
  return candidates.reduce((chosen, step) => (distance(step) < distance(chosen) ? step : chosen)) / STEPS;
}
