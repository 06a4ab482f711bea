/** Only this number of first hits is evaluated. */
export const DEPTH = 100;
const TOP = 10;

/** The metrics of one query. A product without a judgment counts as grade 0. */
export interface QueryMetrics {
  readonly ndcg10: number;
  /** 1 / rank of the first relevant hit; 0 if none is among the first {@link DEPTH}. */
  readonly mrr: number;
  /** 1 if a relevant hit is among the first ten, else 0. */
  readonly top10: number;
  /** Share of the relevant products that are among the first 20 hits. */
  readonly recall20: number;
  /** Share of the relevant products that are among the first 50 hits. */
  readonly recall50: number;
  /** Share of the relevant products that are among the first {@link DEPTH} hits. */
  readonly recall100: number;
  /** 1 if there are no hits, else 0. */
  readonly zeroResults: number;
}

/**
 * Computes the metrics of one query. NDCG@10 uses the gain 2^grade − 1 (Burges et al. 2005) and the discount
 * log₂(rank + 1), and is normalized by the value of the ideal order.
 * @param ranked distinct ids, best first
 * @param grades by id; products with a grade above 0 are relevant, and at least one must be
 */
export function queryMetrics(ranked: readonly string[], grades: ReadonlyMap<string, number>): QueryMetrics {
  const relevant = [...grades.values()].filter((grade) => grade > 0).sort((a, b) => b - a);
  const ideal = relevant.slice(0, TOP).reduce((sum, grade, at) => sum + gainAt(grade, at), 0);
  let gain = 0;
  const relevantRanks: number[] = [];
  ranked.slice(0, DEPTH).forEach((id, at) => {
    const grade = grades.get(id) ?? 0;
    if (grade === 0) return;
    relevantRanks.push(at + 1);
    if (at < TOP) gain += gainAt(grade, at);
  });
  const recallAt = (depth: number) => relevantRanks.filter((rank) => rank <= depth).length / relevant.length;
  const [firstRank = Infinity] = relevantRanks;
  return {
    ndcg10: gain / ideal,
    mrr: 1 / firstRank,
    top10: firstRank <= TOP ? 1 : 0,
    recall20: recallAt(20),
    recall50: recallAt(50),
    recall100: recallAt(DEPTH),
    zeroResults: ranked.length === 0 ? 1 : 0,
  };
}

/** Returns the discounted gain of one hit. @param at its rank, from 0 */
function gainAt(grade: number, at: number): number {
  return (2 ** grade - 1) / Math.log2(at + 2);
}

/** Returns the mean of each metric. @param metrics metrics of at least one query */
export function meanOf(metrics: readonly QueryMetrics[]): QueryMetrics {
  const mean = (name: keyof QueryMetrics) => metrics.reduce((sum, each) => sum + each[name], 0) / metrics.length;
  return {
    ndcg10: mean('ndcg10'),
    mrr: mean('mrr'),
    top10: mean('top10'),
    recall20: mean('recall20'),
    recall50: mean('recall50'),
    recall100: mean('recall100'),
    zeroResults: mean('zeroResults'),
  };
}
