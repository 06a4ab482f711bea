import type { CustomerProfile } from '../../features/customer-profile';
import type { ShopState } from '../../live-state/shop-state';
import type { SourceModels } from '../sources/source';
import type { OrderAffinities } from './order-affinities';

/** The inputs for completing a basket: state, models and history as of one instant, without any later data. */
export interface BasketContext {
  readonly shop: ShopState;
  readonly models: SourceModels;
  /** How strongly products of one order belong together; null if there were no orders to fit this on. */
  readonly affinities: OrderAffinities | null;
  /** Distinct product indexes of the basket, ascending, so that the order in which it was filled has no effect. */
  readonly items: Int32Array;
  /** Null if the customer is unknown or has no purchases. */
  readonly profile: CustomerProfile | null;
}

/** Returns the indexes of the basket's products that have events in the shop. */
export function basketItems(shop: ShopState, productIds: Iterable<string>): Int32Array {
  return Int32Array.from(new Set(productIds), (id) => shop.products.indexOf(id))
    .filter((item) => item >= 0)
    .sort();
}
