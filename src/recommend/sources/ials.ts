import type { Source } from './source';

/** What a few dozen factors make of the history (Hu, Koren, Volinsky 2008), folded in as it is now. */
export const ials: Source = {
  names: ['ials'],
  score(shop, profile, [out], models) {
    models.ials?.score(shop.products, profile.interests, out);
  },
};
