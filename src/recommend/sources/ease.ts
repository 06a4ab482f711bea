import type { Source } from './source';

/** Half-life of recent interest, days. */
const HALF_LIFE = 120;

/**
 * Two scores by EASE (Steck 2019) over the customer's interests: `ease` with equal weights, and `recent-ease` with
 * weights that halve every 120 days. In EASE, an interest adds only what the other interests don't explain.
 */
export const ease: Source = {
  names: ['ease', 'recent-ease'],
  score(shop, { interests, interestAges }, [all, recent], models) {
    const weights = interestAges.map((age) => Math.pow(2, -age / HALF_LIFE));
    models.ease?.addScores(shop.products, interests, { out: all }, { out: recent, weights });
  },
};
