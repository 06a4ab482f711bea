import type { ForwardDecay } from '../learn/forward-decay';
import type { ProductStats } from '../recommend/product-stats';
import { DAY, type Feature } from './feature';

function logDecay(name: string, group: Feature['group'], decayOf: (stats: ProductStats) => ForwardDecay): Feature {
  return {
    name,
    group,
    prepare({ shop, profile }) {
      const decay = decayOf(shop.stats);
      const scale = decay.scaleAt(profile.now);
      return (product) => Math.log1p(decay.relative(product) * scale);
    },
  };
}

const logAge = (firstSeen: number, now: number): number => Math.log1p(Math.max(0, now - firstSeen) / DAY);

/** What is known of the product, whoever asks. */
export const ITEM_FEATURES: readonly Feature[] = [
  logDecay('log week', 'trending', (stats) => stats.week),
  logDecay('log month', 'popularity', (stats) => stats.month),
  logDecay('log season', 'popularity', (stats) => stats.season),
  logDecay('log acquisitions', 'trending', (stats) => stats.acquisitions),
  {
    name: 'log purchasers',
    group: 'popularity',
    prepare:
      ({ shop }) =>
      (product) =>
        Math.log1p(shop.stats.purchasers[product]),
  },
  {
    name: 'log age',
    group: 'novelty',
    prepare:
      ({ shop, profile }) =>
      (product) =>
        logAge(shop.stats.firstSeen[product], profile.now),
  },
  {
    name: 'new for a month',
    group: 'novelty',
    prepare:
      ({ shop, profile }) =>
      (product) =>
        Math.exp(-Math.max(0, profile.now - shop.stats.firstSeen[product]) / (30 * DAY)),
  },
  {
    name: 'repurchase rate',
    group: 'personal-frequency',
    prepare:
      ({ shop }) =>
      (product) =>
        (shop.stats.repeatPurchasers[product] + 2) / (shop.stats.purchasers[product] + 10),
  },
  {
    name: 'log orders per purchaser',
    group: 'personal-frequency',
    prepare:
      ({ shop }) =>
      (product) =>
        Math.log((Math.max(0, shop.stats.orders[product]) + 10) / (shop.stats.purchasers[product] + 8)),
  },
];
