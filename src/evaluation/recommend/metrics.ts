/** Metrics of one ranked list against the set of relevant products. */
export interface ListMetrics {
  readonly ndcg10: number;
  readonly hr10: number;
  readonly precision10: number;
  readonly recall10: number;
  readonly recall20: number;
  readonly mrr: number;
}

/**
 * Returns the metrics of one ranked list. NDCG@10 (Järvelin & Kekäläinen 2002) is normalised by the ideal DCG of
 * min(10, |truth|) hits. MRR considers the first 20 ranks.
 * @param ranked products, best first; at least 20 products if there are that many
 * @param truth the relevant products, not empty
 */
export function listMetrics(ranked: ArrayLike<number>, truth: ReadonlySet<number>): ListMetrics {
  let dcg = 0;
  let idealDcg = 0;
  let hits10 = 0;
  let hits20 = 0;
  let firstHit = 0;
  for (let rank = 0; rank < 20; rank++) {
    const discount = 1 / Math.log2(rank + 2);
    if (rank < 10 && rank < truth.size) idealDcg += discount;
    if (rank >= ranked.length || !truth.has(ranked[rank])) continue;
    hits20++;
    if (firstHit === 0) firstHit = rank + 1;
    if (rank >= 10) continue;
    hits10++;
    dcg += discount;
  }
  return {
    ndcg10: dcg / idealDcg,
    hr10: hits10 > 0 ? 1 : 0,
    precision10: hits10 / 10,
    recall10: hits10 / truth.size,
    recall20: hits20 / truth.size,
    mrr: firstHit === 0 ? 0 : 1 / firstHit,
  };
}

/**
 * Means of the metrics over lists, and two figures of the first 10 ranks of all lists together: coverage (the share of
 * the catalogue's products that occur there) and novelty (the mean of −log2 of the share of customers who bought the
 * product).
 */
export class MetricsTotal {
  private readonly sums = { ndcg10: 0, hr10: 0, precision10: 0, recall10: 0, recall20: 0, mrr: 0 };
  private readonly shownProducts = new Set<number>();
  private selfInformation = 0;
  private shownCount = 0;
  private emptyLists = 0;
  /** NDCG@10 of each list, and its customer. */
  readonly ndcg10: number[] = [];
  readonly customersOfLists: number[] = [];

  /** @param purchasers for each product: the number of its buyers in training, out of `customers` */
  constructor(
    private readonly catalogueSize: number,
    private readonly purchasers: ArrayLike<number>,
    private readonly customers: number,
  ) {}

  get listCount(): number {
    return this.ndcg10.length;
  }

  add(customer: number, ranked: ArrayLike<number>, truth: ReadonlySet<number>): void {
    const metrics = listMetrics(ranked, truth);
    for (const name of Object.keys(this.sums) as (keyof ListMetrics)[]) this.sums[name] += metrics[name];
    this.ndcg10.push(metrics.ndcg10);
    this.customersOfLists.push(customer);
    if (ranked.length === 0) this.emptyLists++;
    for (let rank = 0; rank < Math.min(10, ranked.length); rank++) {
      this.shownProducts.add(ranked[rank]);
      this.selfInformation -= Math.log2((this.purchasers[ranked[rank]] + 1) / (this.customers + 1));
      this.shownCount++;
    }
  }

  means(): ListMetrics & { coverage: number; novelty: number; emptyShare: number } {
    const mean = (name: keyof ListMetrics): number => (this.listCount === 0 ? 0 : this.sums[name] / this.listCount);
    return {
      ndcg10: mean('ndcg10'),
      hr10: mean('hr10'),
      precision10: mean('precision10'),
      recall10: mean('recall10'),
      recall20: mean('recall20'),
      mrr: mean('mrr'),
      coverage: this.shownProducts.size / Math.max(1, this.catalogueSize),
      novelty: this.shownCount === 0 ? 0 : this.selfInformation / this.shownCount,
      emptyShare: this.listCount === 0 ? 0 : this.emptyLists / this.listCount,
    };
  }
}
