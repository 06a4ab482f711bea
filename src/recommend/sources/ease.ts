import type { Source } from './source';

/** Days in which interest halves, for what the customer has been after lately. */
const HALF_LIFE = 120;

/**
 * EASE (Steck 2019) of all the customer is interested in, each product against what the others explain already; and the
 * same with interest that halves every 120 days.
 */
export const ease: Source = {
  names: ['ease', 'recent-ease'],
  score(shop, { interests, interestAges }, [all, recent], models) {
    const weights = interestAges.map((age) => Math.pow(2, -age / HALF_LIFE));
    models.ease?.addScores(shop.products, interests, { out: all }, { out: recent, weights });
  },
};
