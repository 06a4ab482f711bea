import type { Source } from './source';

/** iALS (Hu, Koren, Volinsky 2008). The customer's factors are computed from the current history at request time. */
export const ials: Source = {
  names: ['ials'],
  score(shop, profile, [out], models) {
    models.ials?.score(shop.products, profile.interests, out);
  },
};
