/** Searches of a query in a span and in the one before, and of all queries. */
export interface Spans {
  readonly now: number;
  readonly before: number;
  readonly allNow: number;
  readonly allBefore: number;
}

/**
 * How surely a query's share has risen: the log-likelihood ratio G² of its counts in both spans against one share in both
 * (Dunning 1993; in the form of Rayson and Garside 2000). About 4 is what chance does once in twenty.
 * @returns 0 where its share has not risen
 */
export function riseOf({ now, before, allNow, allBefore }: Spans): number {
  if (allNow === 0 || now * allBefore <= before * allNow) return 0;
  const share = (now + before) / (allNow + allBefore);
  const part = (count: number, all: number) => (count === 0 ? 0 : count * Math.log(count / (all * share)));
  return 2 * (part(now, allNow) + part(before, allBefore));
}

/** No query searched for so often can have risen more. */
export function mostRiseOf(now: number, allNow: number, allBefore: number): number {
  return riseOf({ now, before: 0, allNow, allBefore });
}
