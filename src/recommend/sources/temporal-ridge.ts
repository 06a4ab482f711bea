import type { Source } from './source';

/** Products that customers with a similar history bought within the next window: see {@link fitTemporalRidges}. */
export const temporalRidge: Source = {
  names: ['temporal-ridge'],
  score(shop, profile, [out], models) {
    models.temporalRidge?.score(shop.products, profile.interests, out);
  },
};
