import type { Source } from './source';

/** iALS with a few dozen factors (Hu, Koren, Volinsky 2008). The current history is folded in at request time. */
export const ials: Source = {
  names: ['ials'],
  score(shop, profile, [out], models) {
    models.ials?.score(shop.products, profile.interests, out);
  },
};
