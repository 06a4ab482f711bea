/** Rows of QWERTY, each shifted by half a key against the one above. */
const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

const NEIGHBOURS = neighbours();

/** How unlikely slips are, as the negative logarithm of their odds. Chosen on the validation part of the bench `spelling`. */
export interface TypoWeights {
  readonly edit: number;
  readonly transposition: number;
  /** A key beside the right one, instead of it. */
  readonly neighbourKey: number;
  /** A doubled letter single, or a single one doubled. */
  readonly doubling: number;
  /** Added where the first letter is wrong: people look at it. */
  readonly firstLetter: number;
}

/**
 * How unlikely it is that somebody who means one word types another (the channel of Kernighan, Church and Gale 1990).
 * @param distance between the two
 */
export function typoCost(typed: string, intended: string, distance: number, weights: TypoWeights): number {
  if (distance === 0) return 0;
  const first = typed[0] === intended[0] ? 0 : weights.firstLetter;
  if (distance > 1) return distance * weights.edit + first;
  let at = 0;
  while (at < typed.length && typed[at] === intended[at]) at++;
  if (typed.length !== intended.length) {
    const longer = typed.length > intended.length ? typed : intended;
    // Of equal neighbours the first that differs is the last of them.
    return first + (at > 0 && longer[at] === longer[at - 1] ? weights.doubling : weights.edit);
  }
  if (typed[at] === intended[at + 1] && typed[at + 1] === intended[at]) return weights.transposition;
  return first + (NEIGHBOURS.get(intended[at])?.has(typed[at]) ? weights.neighbourKey : weights.edit);
}

function neighbours(): Map<string, Set<string>> {
  const places = ROWS.flatMap((row, y) => [...row].map((key, x) => ({ key, x: x + y / 2, y })));
  const near = (a: (typeof places)[number], b: (typeof places)[number]): boolean =>
    a !== b && Math.abs(a.y - b.y) <= 1 && Math.abs(a.x - b.x) <= 1;
  return new Map(places.map((a) => [a.key, new Set(places.filter((b) => near(a, b)).map(({ key }) => key))]));
}
