import type { ConnectionState, Storefront } from '@freshet/client';
import type { Signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Account } from '../account/account';
import type { Cart } from '../cart/cart';

/** `GET /shop/config.json` */
export interface ShopConfig {
  /** `null`: the page is closed. */
  readonly apiKey: string | null;
  readonly name: string;
  /** Everything in the shop is made up. */
  readonly synthetic: boolean;
  /** Whether there is a back end here that signs in and takes orders. */
  readonly backEnd: boolean;
}

/** What every part of the page may ask for. */
export interface Shop extends Pick<ShopConfig, 'name' | 'synthetic'> {
  readonly storefront: Storefront;
  readonly connection: Signal<ConnectionState>;
  readonly cart: Cart;
  /** `undefined` where signing in and ordering are the shop's own. */
  readonly account: Account | undefined;
}

const ShopContext = createContext<Shop | undefined>(undefined);
export const ShopProvider = ShopContext.Provider;

export function useShop(): Shop {
  const shop = useContext(ShopContext);
  if (!shop) throw new Error('There is no shop around this component');
  return shop;
}
