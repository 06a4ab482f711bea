import type { CustomerProfile } from '../../features/customer-profile';
import type { ScoreVector } from '../score-vector';
import type { ShopState } from '../shop-state';

/**
 * A candidate source: scores products for a customer. The same function serves training, as of then (the shop's state
 * and the profile are as of then), and serving.
 */
export interface Source {
  readonly name: string;
  /** Adds scores > 0 to an empty vector. */
  score(shop: ShopState, profile: CustomerProfile, out: ScoreVector): void;
}
