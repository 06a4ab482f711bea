/**
 * The costs of typos: the negative logarithms of their odds. `doubling` is a double letter typed once, or a single one
 * typed twice. `firstLetter` is added if the first letter is wrong, which is rare because people notice it. Tuned on the
 * validation part of the bench `spelling`. A separate weight for adjacent keys did not improve corrections, not even
 * those of typos on adjacent keys.
 */
const TYPO_WEIGHTS = { edit: 8, transposition: 5, doubling: 5, firstLetter: 2 };

/**
 * Returns the cost of typing one word when another is intended (the noisy channel model of Kernighan, Church and Gale
 * 1990).
 * @param distance edit distance between the two words
 */
export function typoCost(typed: string, intended: string, distance: number): number {
  if (distance === 0) return 0;
  const firstLetterCost = typed[0] === intended[0] ? 0 : TYPO_WEIGHTS.firstLetter;
  if (distance > 1) return distance * TYPO_WEIGHTS.edit + firstLetterCost;
  let at = 0;
  while (at < typed.length && typed[at] === intended[at]) at++;
  if (typed.length === intended.length) {
    const swapped = typed[at] === intended[at + 1] && typed[at + 1] === intended[at];
    return swapped ? TYPO_WEIGHTS.transposition : TYPO_WEIGHTS.edit + firstLetterCost;
  }
  const longer = typed.length > intended.length ? typed : intended;
  // If the longer word repeats a letter, the first difference is at the last letter of the repetition.
  return firstLetterCost + (at > 0 && longer[at] === longer[at - 1] ? TYPO_WEIGHTS.doubling : TYPO_WEIGHTS.edit);
}
