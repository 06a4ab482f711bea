import { type ProductConditionsService } from './catalog/product-conditions.service';
import { ProductsReadModel } from './catalog/products.read-model';
import { HistoriesReadModel } from './customers/histories.read-model';
import { LogFollower } from './events/log-follower';
import { newestPosition } from './events/position';
import { Receipts } from './events/receipts';
import type { Readiness } from './graphql/http/health';
import { ActiveModel } from './models/active-model.service';
import { OrdersReadModel } from './orders/orders.read-model';
import { type Platform } from './platform/connect';
import { loadKernels } from './platform/kernels';
import { inSnapshot } from './platform/postgres';
import { decodeCompatibleRanker, type RankerArtefact } from './recommend/artefact/ranker-artefact';
import { EaseReadModel } from './recommend/ease/ease.read-model';
import type { LearnerStallMonitor } from './live-state/learner/learner-stall.service';
import { ShopStateReadModel } from './live-state/replication/shop-state.read-model';
import { ShopPopularity } from './live-state/replication/shop-popularity.service';
import { HiddenSuggestionsReadModel } from './search/suggestions/hidden-suggestions.read-model';
import { MerchandisingReadModel } from './search/merchandising/merchandising.read-model';
import { SearchReadModel } from './search/search.read-model';
import { decodeRanking, type RankingArtefact } from './search/ranking/ranking-artefact';
import { SynonymsReadModel } from './search/synonyms/synonyms.read-model';

/** Decodes a version of the ranker, for use in answering requests. */
export const decodeServedRanker = (bytes: Uint8Array): RankerArtefact => decodeCompatibleRanker(bytes, loadKernels());

/**
 * A process is ready for traffic if none of its read models (data in memory) is behind the log. `reasons` names each
 * one that is behind.
 */
export function readinessOf({ follower, shop, search }: ReadModels, learner: LearnerStallMonitor): Readiness {
  const reasons: string[] = [];
  if (follower.lagReason !== null) reasons.push(`read models: ${follower.lagReason}`);
  if (shop.whyUnreadable !== null) reasons.push(`shop state: ${shop.whyUnreadable}`);
  else if (shop.behind > 0) reasons.push(`shop state: ${shop.behind} positions behind the learner`);
  if (search.behind !== null) reasons.push(`search: ${search.behind}`);
  // A stuck learner must not make every API process unready.
  return { ready: reasons.length === 0, reasons, degraded: learner.reason === null ? [] : [learner.reason] };
}

/** Creates the read models that this process serves from, and the follower that updates them. */
export function createReadModels(
  { config, log, pool, pools, pubSub, artefacts }: Platform,
  conditions: () => ProductConditionsService,
) {
  const products = new ProductsReadModel();
  const histories = new HistoriesReadModel(pools.lists, config.maxHistories);
  const shop = new ShopStateReadModel({ pool: pools.states, pubSub, artefacts, log });
  const ease = new EaseReadModel({ pool: pools.states, pubSub, artefacts, log });
  const blend = new ActiveModel<RankerArtefact>('blend', decodeServedRanker, artefacts, pubSub, log);
  const ranking = new ActiveModel<RankingArtefact>('search', decodeRanking, artefacts, pubSub, log);
  const popularity = new ShopPopularity(shop);
  const search = new SearchReadModel({ config, products, popularity, pubSub, log });
  const synonyms = new SynonymsReadModel();
  const merchandising = new MerchandisingReadModel(conditions);
  const hiddenSuggestions = new HiddenSuggestionsReadModel();
  const orders = new OrdersReadModel();
  const load = async () => {
    const position = await inSnapshot(pools.log, async (client) => {
      await products.load(client);
      await synonyms.load(client);
      await merchandising.load(client);
      await hiddenSuggestions.load(client);
      return newestPosition(client);
    });
    // Changes up to this position were not applied one by one, so everything derived from them is reloaded.
    histories.apply(position, { reload: 'histories' });
    orders.apply({ reload: 'histories' });
    search.reloaded(position);
    return position;
  };
  const follower: LogFollower = new LogFollower({
    pool: pools.log,
    pubSub,
    log,
    load,
    apply: (position, change) => {
      products.apply(change);
      synonyms.apply(change);
      merchandising.apply(change);
      hiddenSuggestions.apply(change);
      search.apply(position, change);
      histories.apply(position, change);
      orders.apply(change);
      for (const receipt of change.receipts ?? []) receipts.recordPosition(receipt, position);
    },
  });
  const receipts = new Receipts(pool, () => follower);
  return {
    products,
    histories,
    shop,
    blend,
    ranking,
    ease,
    popularity,
    search,
    synonyms,
    merchandising,
    hiddenSuggestions,
    orders,
    follower,
    receipts,
  };
}

export type ReadModels = ReturnType<typeof createReadModels>;
