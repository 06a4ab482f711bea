import type { ForwardDecay } from '../../learn/forward-decay';
import type { ProductStats } from '../product-stats';
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

/** Popular of late: half-life 30 days. */
export const popularity = decayedSource('popularity', (stats) => stats.month);

/** What customers buy for the first time these days: half-life 14 days. */
export const acquisition = decayedSource('acquisition', (stats) => stats.acquisitions);

/** Keeps a product with a handful of events from trending. */
const PRIOR = 20;

/** What is on the rise: the week's popularity, the more the larger it is beside the season's. */
export const trending: ShopSource = {
  name: 'trending',
  scoring({ week, season }, now) {
    const weekScale = week.scaleAt(now);
    const seasonScale = season.scaleAt(now);
    return (product) =>
      (week.relative(product) * weekScale) / Math.sqrt(season.relative(product) * seasonScale + PRIOR);
  },
};
