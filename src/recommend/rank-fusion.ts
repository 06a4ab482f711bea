import type { ScoreVector } from './score-vector';

/** Constant of reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009). */
const RANK_OFFSET = 60;
/** What the customer buys again is the surest sign there is; it weighs as much as the others together. */
const WEIGHTS: Readonly<Record<string, number>> = { 'personal-frequency': 5 };

/**
 * Reciprocal rank fusion: each source gives weight / (60 + rank). How lists are ranked until a blend has been fitted.
 * @returns per candidate the term of each source that scores it
 */
export function fuseRanks(
  sources: readonly string[],
  scores: ReadonlyMap<string, ScoreVector>,
  candidates: Int32Array,
): Map<number, Map<string, number>> {
  const terms = new Map<number, Map<string, number>>();
  for (const product of candidates) terms.set(product, new Map());
  for (const source of sources) {
    const vector = scores.get(source);
    if (vector === undefined) continue;
    const ranked = candidates.filter((product) => vector.has(product));
    ranked.sort((a, b) => vector.values[b] - vector.values[a] || a - b);
    ranked.forEach((product, rank) => {
      (terms.get(product) as Map<string, number>).set(source, (WEIGHTS[source] ?? 1) / (RANK_OFFSET + rank + 1));
    });
  }
  return terms;
}
