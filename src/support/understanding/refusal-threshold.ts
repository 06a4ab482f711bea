/** The best intent of a sentence that the classifier has not been fitted on. */
export interface HeldOutOutcome {
  readonly confidence: number;
  /** Always false for a sentence out of scope. */
  readonly isRight: boolean;
  /** How many sentences it represents, > 0. */
  readonly weight: number;
}

/**
 * A wrong answer costs as much as this many right answers are worth; a refused question is passed to a person, and is
 * worth 0. If the confidence were an exact probability, the best threshold would be cost ÷ (1 + cost).
 */
const WRONG_ANSWER_COST = 2;
/** Thresholds are multiples of 1 ÷ this. */
const STEPS = 100;

/**
 * Chooses the threshold: questions with less confidence are refused. It maximises the utility of the answers to held-out
 * sentences: the weight of right answers minus {@link WRONG_ANSWER_COST} times the weight of wrong ones, where each answer
 * to a sentence out of scope is wrong. Of thresholds with the same utility, the middle of the first range is chosen.
 * @returns a number in (0, 1); if no threshold gives a positive utility, the last one, which refuses almost everything
 */
export function chooseThreshold(outcomes: readonly HeldOutOutcome[]): number {
  // By number of steps: what the answers with a confidence from this step to the next are worth.
  const worth = new Float64Array(STEPS + 1);
  for (const { confidence, isRight, weight } of outcomes)
    worth[Math.floor(confidence * STEPS)] += isRight ? weight : -WRONG_ANSWER_COST * weight;
  let utility = worth[STEPS];
  const utilities = new Float64Array(STEPS);
  for (let step = STEPS - 1; step > 0; step--) utilities[step] = utility += worth[step];
  let best = STEPS - 1;
  for (let step = STEPS - 1; step > 0; step--) if (utilities[step] >= utilities[best]) best = step;
  let last = best;
  while (last + 1 < STEPS && utilities[last + 1] === utilities[best]) last++;
  return Math.floor((best + last) / 2) / STEPS;
}
