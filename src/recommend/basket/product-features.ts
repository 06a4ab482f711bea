import { MS_PER_DAY } from '../../learn/durations';
import type { ForwardDecay } from '../../learn/forward-decay';
import type { ProductStats } from '../../live-state/product-stats';
import type { ShopState } from '../../live-state/shop-state';
import type { BasketGroup, BasketFeatureBlock } from './feature-table';

/** Returns the value of a feature for one product, as of the time of the shop's newest event. */
type ProductValue = (product: number) => number;

function logDecay(shop: ShopState, decayOf: (stats: ProductStats) => ForwardDecay): ProductValue {
  const decay = decayOf(shop.stats);
  const scale = decay.scaleAt(shop.clock);
  return (product) => Math.log1p(decay.relative(product) * scale);
}

interface ProductFeature {
  readonly name: string;
  readonly group: BasketGroup;
  readonly valueOf: (shop: ShopState) => ProductValue;
}

const trend = (shop: ShopState): ProductValue => {
  const week = logDecay(shop, ({ week: decay }) => decay);
  const season = logDecay(shop, ({ season: decay }) => decay);
  return (product) => week(product) - season(product);
};
const month = (shop: ShopState): ProductValue => logDecay(shop, ({ month: decay }) => decay);
const logAge = ({ stats, clock }: ShopState): ProductValue => {
  return (product) => Math.log1p(Math.max(0, clock - stats.firstSeen[product]) / MS_PER_DAY);
};
const repurchase = ({ stats }: ShopState): ProductValue => {
  return (product) => (stats.repeatPurchasers[product] + 2) / (stats.purchasers[product] + 10);
};

const MONTH = 'log month';

const SINGLE_PRODUCT_FEATURES: readonly ProductFeature[] = [
  { name: 'log week', group: 'trending', valueOf: (shop) => logDecay(shop, ({ week }) => week) },
  { name: MONTH, group: 'popularity', valueOf: month },
  { name: 'log season', group: 'popularity', valueOf: (shop) => logDecay(shop, ({ season }) => season) },
  {
    name: 'log acquisitions',
    group: 'trending',
    valueOf: (shop) => logDecay(shop, ({ acquisitions }) => acquisitions),
  },
  { name: 'log age', group: 'novelty', valueOf: logAge },
  {
    name: 'new for a month',
    group: 'novelty',
    valueOf: ({ stats, clock }) => {
      return (product) => Math.exp(-Math.max(0, clock - stats.firstSeen[product]) / (30 * MS_PER_DAY));
    },
  },
  {
    name: 'log orders',
    group: 'popularity',
    valueOf: ({ purchase }) => {
      return (product) => Math.log1p(purchase.n(product));
    },
  },
  {
    name: 'log purchasers',
    group: 'popularity',
    valueOf: ({ stats }) => {
      return (product) => Math.log1p(stats.purchasers[product]);
    },
  },
  { name: 'repurchase rate', group: 'popularity', valueOf: repurchase },
  {
    name: 'log orders per purchaser',
    group: 'popularity',
    valueOf: ({ stats }) => {
      return (product) => Math.log((Math.max(0, stats.orders[product]) + 10) / (stats.purchasers[product] + 8));
    },
  },
];

export const PRODUCT_FEATURES: BasketFeatureBlock = {
  features: SINGLE_PRODUCT_FEATURES.map(({ name, group }) => ({ name, group })),
  fill({ shop }, { products }, table, column) {
    SINGLE_PRODUCT_FEATURES.forEach(({ valueOf }, f) => {
      const value = valueOf(shop);
      table.fillColumn(column + f, (row) => value(products[row]));
    });
  },
};

const TASTES: readonly ProductFeature[] = [
  { name: 'trend', group: 'trending', valueOf: trend },
  { name: 'age', group: 'novelty', valueOf: logAge },
  { name: 'popularity', group: 'popularity', valueOf: month },
  { name: 'repurchase', group: 'popularity', valueOf: repurchase },
];

/**
 * Similarity of a candidate to the basket in trend, age, popularity and repurchase rate, because the products of one
 * basket tend to have similar values.
 */
export const TASTE_FEATURES: BasketFeatureBlock = {
  features: TASTES.flatMap(({ name, group }) => [
    { name: `${name} × basket's`, group },
    { name: `|${name} − basket's|`, group },
  ]),
  fill({ shop, items }, { products }, table, column) {
    TASTES.forEach(({ valueOf }, f) => {
      const value = valueOf(shop);
      let sum = 0;
      for (const item of items) sum += value(item);
      const mean = sum / Math.max(1, items.length);
      table.fillColumn(column + 2 * f, (row) => value(products[row]) * mean);
      table.fillColumn(column + 2 * f + 1, (row) => Math.abs(value(products[row]) - mean));
    });
  },
};
