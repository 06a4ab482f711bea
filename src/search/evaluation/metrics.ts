/** How far lists are looked at. */
export const DEPTH = 100;
const TOP = 10;

/** Figures of one query's hits against what was judged; what nobody has judged counts as grade 0. */
export interface QueryMetrics {
  readonly ndcg10: number;
  /** 1 / the rank of the first relevant hit; 0 where none is among the first {@link DEPTH}. */
  readonly mrr: number;
  /** 1 if something relevant is among the first ten, else 0. */
  readonly top10: number;
  /** The share of what is relevant that is among the first {@link DEPTH}. */
  readonly recall100: number;
  /** 1 if nothing at all is found, else 0. */
  readonly zeroResults: number;
}

/**
 * @param ranked ids, best first, no id twice
 * @param grades by id, some of them above 0: those are relevant. NDCG@10 has the gain 2^grade − 1 (Burges et al. 2005) and the
 * discount log₂(rank + 1), and is normalised by the best order that there could be
 */
export function queryMetrics(ranked: readonly string[], grades: ReadonlyMap<string, number>): QueryMetrics {
  const relevant = [...grades.values()].filter((grade) => grade > 0).sort((a, b) => b - a);
  const ideal = relevant.slice(0, TOP).reduce((sum, grade, at) => sum + gainAt(grade, at), 0);
  let gain = 0;
  let found = 0;
  let first = 0;
  ranked.slice(0, DEPTH).forEach((id, at) => {
    const grade = grades.get(id) ?? 0;
    if (grade === 0) return;
    found++;
    if (first === 0) first = at + 1;
    if (at < TOP) gain += gainAt(grade, at);
  });
  return {
    ndcg10: gain / ideal,
    mrr: first === 0 ? 0 : 1 / first,
    top10: first > 0 && first <= TOP ? 1 : 0,
    recall100: found / relevant.length,
    zeroResults: ranked.length === 0 ? 1 : 0,
  };
}

/** @param at from 0 */
function gainAt(grade: number, at: number): number {
  return (2 ** grade - 1) / Math.log2(at + 2);
}

/** @param metrics of at least one query */
export function meanOf(metrics: readonly QueryMetrics[]): QueryMetrics {
  const mean = (name: keyof QueryMetrics) => metrics.reduce((sum, each) => sum + each[name], 0) / metrics.length;
  return {
    ndcg10: mean('ndcg10'),
    mrr: mean('mrr'),
    top10: mean('top10'),
    recall100: mean('recall100'),
    zeroResults: mean('zeroResults'),
  };
}
