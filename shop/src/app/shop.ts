import type { ConnectionState, Storefront } from '@freshet/client';
import type { Signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Account } from '../account/account';
import type { Cart } from '../cart/cart';
import type { Chat } from '../chat/chat';

/** `GET /shop/config.json` */
export interface ShopConfig {
  /** The public storefront key; `null`: the page is closed. */
  readonly apiKey: string | null;
  readonly name: string;
  /** Whether the shop's data is synthetic. */
  readonly synthetic: boolean;
  /** Whether this server has a back end that signs customers in and accepts orders. */
  readonly backEnd: boolean;
}

/** The context that is available to all components of the page. */
export interface Shop extends Pick<ShopConfig, 'name' | 'synthetic'> {
  readonly storefront: Storefront;
  readonly connection: Signal<ConnectionState>;
  readonly cart: Cart;
  readonly chat: Chat;
  /** `undefined` if the shop handles sign-in and orders itself. */
  readonly account: Account | undefined;
}

const ShopContext = createContext<Shop | undefined>(undefined);
export const ShopProvider = ShopContext.Provider;

export function useShop(): Shop {
  const shop = useContext(ShopContext);
  if (!shop) throw new Error('useShop must be called inside a ShopProvider.');
  return shop;
}
