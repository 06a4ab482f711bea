import { ActiveModel } from '../models/active-model.service';
import { InactiveVersions } from '../models/inactive-versions.service';
import { servedModels } from '../models/room';
import { loadKernels } from '../platform/kernels';
import type { ApiContext, ApiNeeds } from '../rooms/room';
import { decodeCompatibleRanker, type RankerArtefact } from './artefact/ranker-artefact';
import { EaseReadModel } from './ease/ease.read-model';
import { type needs, sponsorship } from './room';
import { CustomerAffinities } from './serving/customer-affinities.service';
import { ListSnapshots } from './serving/list-snapshots.service';
import { RankerVersions } from './serving/ranker-versions.service';
import { RecommendationFeed } from './serving/recommendation-feed.service';
import { RecommendationResolver } from './serving/recommendation.resolver';
import { RecommendationService } from './serving/recommendation.service';
import { NO_SPONSORSHIP } from './serving/sponsorship';

export const resolvers = [RecommendationResolver];

/** Decodes a version of the ranker, for use in answering requests. */
const decodeServedRanker = (bytes: Uint8Array): RankerArtefact => decodeCompatibleRanker(bytes, loadKernels());

export function api(
  { pools, pubSub, artefacts, cache, log, contributionsTo }: ApiContext,
  needed: ApiNeeds<typeof needs>,
) {
  const { products, conditions } = needed.catalog;
  const { histories, profileValues } = needed.customers;
  const { receipts, follower } = needed.events;
  const { shop } = needed.liveState;
  const blend = new ActiveModel<RankerArtefact>('blend', decodeServedRanker, artefacts, pubSub, log);
  const ease = new EaseReadModel({ pool: pools.states, pubSub, artefacts, log });
  const inactive = new InactiveVersions('blend', decodeServedRanker, needed.models.versions, artefacts);
  const lists = new RecommendationService({
    products,
    conditions,
    histories,
    profileValues,
    shop,
    blend,
    versions: new RankerVersions(blend, inactive),
    ease,
    receipts,
    requestIds: needed.auth.requestIds,
    sponsorship: () => contributionsTo(sponsorship)[0] ?? NO_SPONSORSHIP,
    snapshots: new ListSnapshots(cache),
    follower: () => follower,
  });
  const feed = new RecommendationFeed({ service: lists, products, histories, profileValues, shop, blend, ease, log });
  return {
    offers: { lists, affinities: new CustomerAffinities({ histories, shop, blend, ease }) },
    contributes: [servedModels.with(blend)],
    resolvers: [new RecommendationResolver(lists, feed)],
    load: () => ease.start(),
    stop: () => ease.close(),
  };
}
