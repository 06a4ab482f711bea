/** As in scikit-learn 1.2: a prediction that is certain and wrong would otherwise score infinity. */
const CLIP = 1e-15;

/** Returns −ln of the probability of what happened, with the probability clipped to [{@link CLIP}, 1 − {@link CLIP}]. */
export function logLoss(probability: number, hasHappened: boolean): number {
  const clipped = Math.min(Math.max(probability, CLIP), 1 - CLIP);
  return -Math.log(hasHappened ? clipped : 1 - clipped);
}
