import type { ProductStats } from '../live-state/product-stats';
import { MS_PER_DAY, MS_PER_MINUTE } from '../learn/durations';

/** The columns of the item features, which are the features of a product that are the same for every customer. */
export const ITEM_COLUMNS = {
  logWeek: 0,
  logMonth: 1,
  logSeason: 2,
  logAcquisitions: 3,
  logPurchasers: 4,
  logAge: 5,
  newForAMonth: 6,
  repurchaseRate: 7,
  logOrdersPerPurchaser: 8,
} as const;

const WIDTH = Object.keys(ITEM_COLUMNS).length;
const NOT_COMPUTED = -1;

/**
 * Caches the item features of products, one row per product. A row is computed on request, and again if the product's
 * statistics have changed or a new minute has begun. The features change over days, so a minute is precise enough.
 */
export class ItemFeatureCache {
  private values = new Float64Array(0);
  private computedVersions = new Float64Array(0);
  private minute = NaN;

  constructor(private readonly stats: ProductStats) {}

  /** Updates the features of these products. Must be called before {@link get}. */
  prepare(products: Int32Array, productCount: number, now: number): void {
    if (productCount > this.computedVersions.length) {
      this.values = new Float64Array(2 * productCount * WIDTH);
      this.computedVersions = new Float64Array(2 * productCount).fill(NOT_COMPUTED);
    }
    const minute = Math.floor(now / MS_PER_MINUTE);
    if (minute !== this.minute) this.computedVersions.fill(NOT_COMPUTED);
    this.minute = minute;
    for (const product of products) {
      const version = this.stats.version(product);
      if (this.computedVersions[product] === version) continue;
      this.compute(product, minute * MS_PER_MINUTE);
      this.computedVersions[product] = version;
    }
  }

  get(product: number, column: number): number {
    return this.values[product * WIDTH + column];
  }

  private compute(product: number, now: number): void {
    const { stats, values } = this;
    const { week, month, season, acquisitions } = stats;
    const from = product * WIDTH;
    const age = Math.max(0, now - stats.firstSeen[product]) / MS_PER_DAY;
    const purchasers = stats.purchasers[product];
    values[from + ITEM_COLUMNS.logWeek] = Math.log1p(week.read(product, now));
    values[from + ITEM_COLUMNS.logMonth] = Math.log1p(month.read(product, now));
    values[from + ITEM_COLUMNS.logSeason] = Math.log1p(season.read(product, now));
    values[from + ITEM_COLUMNS.logAcquisitions] = Math.log1p(acquisitions.read(product, now));
    values[from + ITEM_COLUMNS.logPurchasers] = Math.log1p(purchasers);
    values[from + ITEM_COLUMNS.logAge] = Math.log1p(age);
    values[from + ITEM_COLUMNS.newForAMonth] = Math.exp(-age / 30);
    values[from + ITEM_COLUMNS.repurchaseRate] = (stats.repeatPurchasers[product] + 2) / (purchasers + 10);
    values[from + ITEM_COLUMNS.logOrdersPerPurchaser] = Math.log(
      (Math.max(0, stats.orders[product]) + 10) / (purchasers + 8),
    );
  }
}

const cachesByStats = new WeakMap<ProductStats, ItemFeatureCache>();

/** Returns the item feature cache of a shop. */
export function itemFeatureCacheOf(stats: ProductStats): ItemFeatureCache {
  let cache = cachesByStats.get(stats);
  if (cache === undefined) cachesByStats.set(stats, (cache = new ItemFeatureCache(stats)));
  return cache;
}
