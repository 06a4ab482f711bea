/** Numbers of searches for one query and for all queries, in a period and in the period before it. */
export interface ShareCounts {
  readonly now: number;
  readonly before: number;
  readonly allNow: number;
  readonly allBefore: number;
}

/**
 * Returns how significant the rise of a query's share of all searches is. It is the log-likelihood ratio G² of its
 * counts in both periods against the hypothesis of an equal share (Dunning 1993; in the form of Rayson and Garside
 * 2000). By chance, G² exceeds 4 in about 5 % of cases. Half of them are falls, for which this function returns 0.
 * @returns 0 if the share has not risen
 */
export function shareRise({ now, before, allNow, allBefore }: ShareCounts): number {
  if (allNow === 0 || now * allBefore <= before * allNow) return 0;
  const share = (now + before) / (allNow + allBefore);
  const part = (count: number, all: number) => (count === 0 ? 0 : count * Math.log(count / (all * share)));
  return 2 * (part(now, allNow) + part(before, allBefore));
}

/** Returns the upper bound of {@link shareRise} for a query with this many searches in the period. */
export function maxShareRise(now: number, allNow: number, allBefore: number): number {
  return shareRise({ now, before: 0, allNow, allBefore });
}
