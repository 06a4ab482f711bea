import type { Source } from './source';

/** What customers with such a history went on to buy within the next window: see {@link fitTemporalRidges}. */
export const temporalRidge: Source = {
  names: ['temporal-ridge'],
  score(shop, profile, [out], models) {
    models.temporalRidge?.score(shop.products, profile.interests, out);
  },
};
