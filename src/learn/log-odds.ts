/** Returns the probability of an event with these log-odds. */
export function probabilityOfLogOdds(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/**
 * Returns −ln of the probability of a label, given the log-odds of label 1. It is finite for finite log-odds.
 * @param label 0 or 1
 */
export function logLossOfLogOdds(logOdds: number, label: number): number {
  const margin = label === 1 ? logOdds : -logOdds;
  return margin < -30 ? -margin : Math.log1p(Math.exp(-margin));
}
