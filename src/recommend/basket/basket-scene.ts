import type { CustomerProfile } from '../../features/customer-profile';
import type { ShopState } from '../shop-state';
import type { SourceModels } from '../sources/source';
import type { OrderAffinities } from './order-affinities';

/** What a basket is completed from: state, models and history as of one instant. Nothing later exists. */
export interface BasketScene {
  readonly shop: ShopState;
  readonly models: SourceModels;
  /** null: there were no orders to fit them on. */
  readonly affinities: OrderAffinities | null;
  /** Product indexes of the basket, distinct, ascending: the order in which it was filled says nothing. */
  readonly items: Int32Array;
  /** null: nobody knows whose basket it is, or has seen them buy before. */
  readonly profile: CustomerProfile | null;
}

/** Of products of a basket, those that the shop has seen. */
export function basketItems(shop: ShopState, productIds: Iterable<string>): Int32Array {
  return Int32Array.from(new Set(productIds), (id) => shop.products.indexOf(id))
    .filter((item) => item >= 0)
    .sort();
}
