import type { ShopHost } from './shop-host';

/** Returns the shop host of this Jest worker, which `host-environment.js` provides. */
export const shopHost = (): ShopHost => (globalThis as unknown as { readonly shopHost: ShopHost }).shopHost;
