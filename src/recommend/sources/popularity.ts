import type { ForwardDecay } from '../../learn/forward-decay';
import type { ProductStats } from '../product-stats';
import type { Source } from './source';

function decayedSource(name: string, decayOf: (stats: ProductStats) => ForwardDecay): Source {
  return {
    name,
    score(shop, profile, out) {
      const decay = decayOf(shop.stats);
      const scale = decay.scaleAt(profile.now);
      for (let product = 0; product < shop.products.size; product++) {
        const sum = decay.relative(product);
        if (sum > 0) out.add(product, sum * scale);
      }
    },
  };
}

/** Popular of late: half-life 30 days. */
export const popularity = decayedSource('popularity', (stats) => stats.month);

/** What customers buy for the first time these days: half-life 14 days. */
export const acquisition = decayedSource('acquisition', (stats) => stats.acquisitions);

/** Keeps a product with a handful of events from trending. */
const PRIOR = 20;

/** The week's popularity, the more the larger it is beside the season's; by product, as of `now`. */
export function trendingScores(stats: ProductStats, now: number): (product: number) => number {
  const { week, season } = stats;
  const weekScale = week.scaleAt(now);
  const seasonScale = season.scaleAt(now);
  return (product) => (week.relative(product) * weekScale) / Math.sqrt(season.relative(product) * seasonScale + PRIOR);
}

/** What is on the rise. */
export const trending: Source = {
  name: 'trending',
  score(shop, profile, out) {
    const scoreOf = trendingScores(shop.stats, profile.now);
    for (let product = 0; product < shop.products.size; product++) {
      const score = scoreOf(product);
      if (score > 0) out.add(product, score);
    }
  },
};
