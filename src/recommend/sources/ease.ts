import type { Source } from './source';

/** EASE (Steck 2019) of all the customer is interested in, each product against what the others explain already. */
export const ease: Source = {
  name: 'ease',
  score(shop, profile, out, models) {
    models.ease?.addScores(shop.products, profile.interests, 1, out);
  },
};

const HALF_LIFE = 120;

/** The same with interest that halves every 120 days. */
export const recentEase: Source = {
  name: 'recent-ease',
  score(shop, profile, out, models) {
    const weights = profile.interestAges.map((age) => Math.pow(2, -age / HALF_LIFE));
    models.ease?.addScores(shop.products, profile.interests, 1, out, weights);
  },
};
