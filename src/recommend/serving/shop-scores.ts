import type { SourceScores } from '../../features/feature-set';
import { MS_PER_MINUTE } from '../../learn/durations';
import { TopK } from '../../learn/select';
import type { ProductStats } from '../../live-state/product-stats';
import type { ShopState } from '../../live-state/shop-state';
import type { ShopSource } from '../sources/source';

/** Number of best products to select: nearly always enough even after a customer's purchases are excluded. */
const MAX_PRODUCTS = 400;

const top = new TopK(MAX_PRODUCTS);

/** Scores of all products by a shop-wide source. They are recomputed only after a change, or once per minute. */
class ShopScores implements SourceScores {
  values = new Float64Array(0);
  largest = 0;
  best = new Int32Array(0);
  private revision = -1;
  private minute = NaN;

  constructor(
    private readonly source: ShopSource,
    private readonly stats: ProductStats,
  ) {}

  /** Updates the scores to `now` (ms), for products 0…products−1. */
  refresh(products: number, now: number): void {
    const minute = Math.floor(now / MS_PER_MINUTE);
    if (this.revision === this.stats.revision && this.minute === minute && this.values.length >= products) return;
    if (this.values.length < products) this.values = new Float64Array(2 * products);
    const score = this.source.scoring(this.stats, minute * MS_PER_MINUTE);
    top.reset(MAX_PRODUCTS);
    let threshold = 0;
    for (let product = 0; product < products; product++) {
      const value = score(product);
      this.values[product] = value;
      if (!(value > 0) || value < threshold) continue;
      top.offer(product, value);
      threshold = top.threshold();
    }
    const best = new Int32Array(MAX_PRODUCTS);
    this.best = best.subarray(0, top.drain(best));
    this.largest = this.best.length === 0 ? 0 : this.values[this.best[0]];
    this.revision = this.stats.revision;
    this.minute = minute;
  }
}

const scoresByStats = new WeakMap<ProductStats, Map<ShopSource, ShopScores>>();

/** Returns a source's scores in a shop as of `now` (ms). */
export function shopScoresOf({ stats, products }: ShopState, source: ShopSource, now: number): ShopScores {
  let bySource = scoresByStats.get(stats);
  if (bySource === undefined) scoresByStats.set(stats, (bySource = new Map<ShopSource, ShopScores>()));
  let scores = bySource.get(source);
  if (scores === undefined) bySource.set(source, (scores = new ShopScores(source, stats)));
  scores.refresh(products.size, now);
  return scores;
}
