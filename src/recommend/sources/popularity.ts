import type { ForwardDecay } from '../../learn/forward-decay';
import type { ProductStats } from '../../live-state/product-stats';
import type { ShopSource } from './source';

function decayedSource(name: string, decayOf: (stats: ProductStats) => ForwardDecay): ShopSource {
  return {
    name,
    scoring(stats, now) {
      const decay = decayOf(stats);
      const scale = decay.scaleAt(now);
      return (product) => decay.relative(product) * scale;
    },
  };
}

/** Popularity with a half-life of 30 days. */
export const popularity = decayedSource('popularity', (stats) => stats.month);

/** Number of first purchases with a half-life of 14 days. */
export const acquisition = decayedSource('acquisition', (stats) => stats.acquisitions);

/** Prior that prevents a product with a few events from trending. */
const PRIOR = 20;

/** Trending products: the week's popularity divided by the square root of the season's. */
export const trending: ShopSource = {
  name: 'trending',
  scoring({ week, season }, now) {
    const weekScale = week.scaleAt(now);
    const seasonScale = season.scaleAt(now);
    return (product) =>
      (week.relative(product) * weekScale) / Math.sqrt(season.relative(product) * seasonScale + PRIOR);
  },
};
