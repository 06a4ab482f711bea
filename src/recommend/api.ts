import type { RequestIds } from '../auth/request-id.service';
import type { ProductConditionsService } from '../catalog/product-conditions.service';
import type { ProductsReadModel } from '../catalog/products.read-model';
import type { HistoriesReadModel } from '../customers/histories.read-model';
import type { ProfileValuesReadModel } from '../customers/profiles/profile-values.read-model';
import type { LogFollower } from '../events/log-follower';
import type { Receipts } from '../events/receipts';
import type { ShopStateReadModel } from '../live-state/replication/shop-state.read-model';
import { ActiveModel } from '../models/active-model.service';
import { InactiveVersions } from '../models/inactive-versions.service';
import type { VersionStore } from '../models/version.store';
import type { Platform } from '../platform/connect';
import { loadKernels } from '../platform/kernels';
import type { SharedCache } from '../platform/shared-cache';
import { decodeCompatibleRanker, type RankerArtefact } from './artefact/ranker-artefact';
import { EaseReadModel } from './ease/ease.read-model';
import { CustomerAffinities } from './serving/customer-affinities.service';
import { ListSnapshots } from './serving/list-snapshots.service';
import { RankerVersions } from './serving/ranker-versions.service';
import { RecommendationFeed } from './serving/recommendation-feed.service';
import { RecommendationResolver } from './serving/recommendation.resolver';
import { RecommendationService } from './serving/recommendation.service';
import type { Sponsorship } from './serving/sponsorship';

export interface RecommendOptions {
  readonly products: ProductsReadModel;
  readonly conditions: ProductConditionsService;
  readonly histories: HistoriesReadModel;
  readonly profileValues: ProfileValuesReadModel;
  readonly shop: ShopStateReadModel;
  readonly versions: VersionStore;
  readonly receipts: Receipts;
  readonly follower: LogFollower;
  readonly cache: SharedCache;
  readonly requestIds: RequestIds;
  readonly sponsorship: () => Sponsorship;
}

/** Decodes a version of the ranker, for use in answering requests. */
const decodeServedRanker = (bytes: Uint8Array): RankerArtefact => decodeCompatibleRanker(bytes, loadKernels());

export function recommendModule({ pools, pubSub, artefacts, log }: Platform, options: RecommendOptions) {
  const { products, conditions, histories, profileValues, shop, receipts, follower } = options;
  const blend = new ActiveModel<RankerArtefact>('blend', decodeServedRanker, artefacts, pubSub, log);
  const ease = new EaseReadModel({ pool: pools.states, pubSub, artefacts, log });
  const inactive = new InactiveVersions('blend', decodeServedRanker, options.versions, artefacts);
  const service = new RecommendationService({
    products,
    conditions,
    histories,
    profileValues,
    shop,
    blend,
    versions: new RankerVersions(blend, inactive),
    ease,
    receipts,
    requestIds: options.requestIds,
    sponsorship: options.sponsorship,
    snapshots: new ListSnapshots(options.cache),
    follower: () => follower,
  });
  const feed = new RecommendationFeed({ service, products, histories, profileValues, shop, blend, ease, log });
  const resolvers = [new RecommendationResolver(service, feed)];
  return {
    blend,
    ease,
    lists: service,
    affinities: new CustomerAffinities({ histories, shop, blend, ease }),
    resolvers,
  };
}
