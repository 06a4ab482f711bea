import type { Platform } from '../platform/connect';
import { LearnerStallMonitor } from './learner/learner-stall.service';
import { ShopPopularity } from './replication/shop-popularity.service';
import { ShopStateReadModel } from './replication/shop-state.read-model';

export function liveStateModule({ pools, pubSub, artefacts, log }: Platform) {
  const shop = new ShopStateReadModel({ pool: pools.states, pubSub, artefacts, log });
  const learner = new LearnerStallMonitor(pools.log, log);
  return {
    shop,
    popularity: new ShopPopularity(shop),
    learner,
    /** Why this process is not up to date with the learner; null if it is. */
    lagReason: (): string | null => {
      if (shop.whyUnreadable !== null) return `shop state: ${shop.whyUnreadable}`;
      return shop.behind > 0 ? `shop state: ${shop.behind} positions behind the learner` : null;
    },
  };
}
