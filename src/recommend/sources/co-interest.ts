import type { Source } from './source';

/** Item kNN over all the customer is interested in (Deshpande & Karypis 2004): "customers like you also want". */
export const coInterest: Source = {
  name: 'co-interest',
  score(shop, profile, out) {
    for (const item of profile.interests) shop.interestNeighbours.addScores(item, 1, out);
  },
};

const HALF_LIFE = 60;

/** The same with interest that halves every 60 days: what the customer has been after lately. */
export const recentCoInterest: Source = {
  name: 'recent-co-interest',
  score(shop, profile, out) {
    profile.interests.forEach((item, i) => {
      shop.interestNeighbours.addScores(item, Math.pow(2, -profile.interestAges[i] / HALF_LIFE), out);
    });
  },
};
