import type { SourceScores } from '../features/feature-set';

/** Constant of reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009). */
const RANK_OFFSET = 60;
/** What the customer buys again is the surest sign there is; it weighs as much as the others together. */
const WEIGHTS: Readonly<Record<string, number>> = { 'personal-frequency': 5 };

/**
 * Reciprocal rank fusion: each source gives weight / (60 + rank). How lists are ranked until a blend has been fitted.
 * @returns per candidate the term of each source that scores it
 */
export function fuseRanks(
  scores: ReadonlyMap<string, Pick<SourceScores, 'values'>>,
  candidates: Int32Array,
): Map<number, Map<string, number>> {
  const terms = new Map<number, Map<string, number>>();
  for (const product of candidates) terms.set(product, new Map());
  for (const [source, { values }] of scores) {
    const ranked = candidates.filter((product) => values[product] !== 0);
    ranked.sort((a, b) => values[b] - values[a] || a - b);
    ranked.forEach((product, rank) => {
      (terms.get(product) as Map<string, number>).set(source, (WEIGHTS[source] ?? 1) / (RANK_OFFSET + rank + 1));
    });
  }
  return terms;
}
