/** How unlikely slips are, as the negative logarithm of their odds. */
export interface TypoWeights {
  readonly edit: number;
  readonly transposition: number;
  /** A doubled letter single, or a single one doubled. */
  readonly doubling: number;
  /** Added where the first letter is wrong: people look at it. */
  readonly firstLetter: number;
}

/**
 * Chosen on the validation part of the bench `spelling`. Keys that lie side by side had a weight of their own, which made no
 * slip's correction better, not even of those that were made by such keys.
 */
export const TYPO_WEIGHTS: TypoWeights = { edit: 8, transposition: 5, doubling: 5, firstLetter: 2 };

/**
 * How unlikely it is that somebody who means one word types another (the channel of Kernighan, Church and Gale 1990).
 * @param distance between the two
 */
export function typoCost(typed: string, intended: string, distance: number, weights = TYPO_WEIGHTS): number {
  if (distance === 0) return 0;
  const first = typed[0] === intended[0] ? 0 : weights.firstLetter;
  if (distance > 1) return distance * weights.edit + first;
  let at = 0;
  while (at < typed.length && typed[at] === intended[at]) at++;
  if (typed.length === intended.length) {
    const swapped = typed[at] === intended[at + 1] && typed[at + 1] === intended[at];
    return swapped ? weights.transposition : weights.edit + first;
  }
  const longer = typed.length > intended.length ? typed : intended;
  // Of equal neighbours the first that differs is the last of them.
  return first + (at > 0 && longer[at] === longer[at - 1] ? weights.doubling : weights.edit);
}
