import type { ApiContext } from '../rooms/room';
import { LearnerStallMonitor } from './learner/learner-stall.service';
import { ShopPopularity } from './replication/shop-popularity.service';
import { ShopStateReadModel } from './replication/shop-state.read-model';

export function api({ pools, pubSub, artefacts, log }: ApiContext) {
  const shop = new ShopStateReadModel({ pool: pools.states, pubSub, artefacts, log });
  const learner = new LearnerStallMonitor(pools.log, log);
  const lagReason = (): string | null => {
    if (shop.whyUnreadable !== null) return `shop state: ${shop.whyUnreadable}`;
    return shop.behind > 0 ? `shop state: ${shop.behind} positions behind the learner` : null;
  };
  return {
    offers: { shop, popularity: new ShopPopularity(shop) },
    load: () => shop.start(),
    lagReasons: () => [lagReason()],
    // A stuck learner must not make every API process unready.
    degradedReasons: () => [learner.reason],
    stop: () => Promise.all([shop.close(), learner.stop()]),
  };
}
