import type { Source } from './source';

/** Half-life of recent interest, days. */
const HALF_LIFE = 120;

/**
 * EASE (Steck 2019) over all interests of the customer, where each product counts only for what the others do not
 * explain; and the same with interest that halves every 120 days.
 */
export const ease: Source = {
  names: ['ease', 'recent-ease'],
  score(shop, { interests, interestAges }, [all, recent], models) {
    const weights = interestAges.map((age) => Math.pow(2, -age / HALF_LIFE));
    models.ease?.addScores(shop.products, interests, { out: all }, { out: recent, weights });
  },
};
