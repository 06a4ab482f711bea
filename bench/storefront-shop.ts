import { refreshNow } from '../src/models/refresh-process';
import { DEMO, type Filling } from './filled-shop';
import { fillCatalogue, syntheticCatalogue } from './search-service-shop';
import { withoutRefreshes } from './without-refreshes';

export const SYNTHETIC_PRODUCTS = Number(process.env.BENCH_STOREFRONT_PRODUCTS ?? 20_000);

/** In addition to the model of lists. */
const MODELS = ['search', 'behaviour', 'intents', 'ads'] as const;

/**
 * A shop in which every field of a storefront has work to do: the customers, orders, parcels, articles and ads of the
 * demo shop, and 20,000 other products.
 */
export const STOREFRONT: Filling = {
  name: `demo shop with ${SYNTHETIC_PRODUCTS} other products`,
  fill: async (shop) => {
    const others = await fillCatalogue(shop, syntheticCatalogue(SYNTHETIC_PRODUCTS));
    const ids = await DEMO.fill(shop);
    for (const kind of MODELS) await refreshNow(shop.platform, kind);
    await withoutRefreshes(shop);
    return [...ids, ...others];
  },
};
