import type { Source } from './source';

/** Half-life of recent interest, days. */
const HALF_LIFE = 60;

/**
 * Two scores by item kNN (Deshpande & Karypis 2004) over the customer's interests: `co-interest` with equal weights,
 * and `recent-co-interest` with weights that halve every 60 days.
 */
export const coInterest: Source = {
  names: ['co-interest', 'recent-co-interest'],
  score(shop, { interests, interestAges }, [all, recent]) {
    for (let i = 0; i < interests.length; i++) {
      const { candidates, similarities, length } = shop.interestNeighbours.candidatesOf(interests[i]);
      all.addMany(candidates, similarities, length, 1);
      recent.addMany(candidates, similarities, length, Math.pow(2, -interestAges[i] / HALF_LIFE));
    }
  },
};
