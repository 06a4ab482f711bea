import { customerValues } from '../catalog/room';
import { readModels } from '../events/room';
import { ActiveModel } from '../models/active-model.service';
import { servedModels } from '../models/room';
import type { ApiContext, ApiNeeds } from '../rooms/room';
import { AudienceResolver, CustomerAudiencesResolver } from './audiences/audience.resolver';
import { AudienceService } from './audiences/audience.service';
import { decodeBehaviourVersion } from './behaviour/behaviour-artefact';
import { BehaviourResolver, ViewerBehaviourResolver } from './behaviour/behaviour.resolver';
import { BehaviourService } from './behaviour/behaviour.service';
import { SessionsReadModel } from './behaviour/sessions.read-model';
import { CustomerResolver } from './customer.resolver';
import { CustomerService } from './customer.service';
import { readAttributes } from './customer.store';
import { HistoriesReadModel } from './histories.read-model';
import { MergeService } from './merge.service';
import { ProfileResolver } from './profiles/profile.resolver';
import { SegmentChangeResolver } from './profiles/segment-change.resolver';
import { SegmentChangesService } from './profiles/segment-changes.service';
import { ProfilesReadModel } from './profiles/profiles.read-model';
import { ProfileValuesReadModel } from './profiles/profile-values.read-model';
import { mergeEffects, type needs } from './room';
import { decodeSegments } from './segments/segments-artefact';
import { SegmentResolver } from './segments/segment.resolver';
import { SegmentSizesResolver } from './segments/segment-sizes.resolver';
import { SegmentSizesService } from './segments/segment-sizes.service';
import { SegmentService } from './segments/segment.service';

export const resolvers = [
  CustomerResolver,
  SegmentResolver,
  SegmentSizesResolver,
  SegmentChangeResolver,
  ProfileResolver,
  AudienceResolver,
  CustomerAudiencesResolver,
  BehaviourResolver,
  ViewerBehaviourResolver,
];

export function api(
  { pool, pools, prisma, config, artefacts, pubSub, log, contributionsTo }: ApiContext,
  { events: { eventLog }, catalog: { products } }: ApiNeeds<typeof needs>,
) {
  const { outbox } = eventLog;
  const customers = new CustomerService(pool, prisma, outbox, products);
  const merges = new MergeService(pool, outbox, () => contributionsTo(mergeEffects));
  const histories = new HistoriesReadModel(pools.lists, config.maxHistories);
  const segmentsModel = new ActiveModel('segments', decodeSegments, artefacts, pubSub, log);
  const profiles = new ProfilesReadModel(pool);
  const profileValues = new ProfileValuesReadModel({
    pool: pools.lists,
    hasSegments: () => segmentsModel.current !== null,
  });
  segmentsModel.watch(() => profileValues.reload());
  const values = {
    attributesOf: (id: string) => readAttributes(pools.lists, id),
    profileOf: (id: string) => profileValues.find(id),
  };
  const segments = new SegmentService(pool, segmentsModel);
  const segmentSizes = new SegmentSizesService({
    pool,
    model: segmentsModel,
    segments,
    watchChanges: (onChange) => profiles.watchSegment(null, onChange),
    timeZone: config.timeZone,
    log,
  });
  const segmentChanges = new SegmentChangesService(pool, profiles, (id) => segments.find(id), log);
  const sessions = new SessionsReadModel(pools.lists, products, config.maxHistories);
  const decodeBehaviour = (bytes: Uint8Array) => decodeBehaviourVersion(bytes).model;
  const behaviourModel = new ActiveModel('behaviour', decodeBehaviour, artefacts, pubSub, log);
  const behaviour = new BehaviourService(sessions, behaviourModel, customers);
  const audiences = new AudienceService(pool, pubSub, log);
  return {
    offers: { customers, merges, histories, profileValues, values },
    contributes: [
      customerValues.with(values),
      readModels.with(histories, sessions, profiles, profileValues, audiences),
      servedModels.with(segmentsModel, behaviourModel),
    ],
    resolvers: [
      new CustomerResolver(customers, merges),
      new SegmentResolver(segments, customers),
      new SegmentSizesResolver(segmentSizes),
      new SegmentChangeResolver(segmentChanges),
      new ProfileResolver(customers, profiles, segments, behaviour, log),
      new AudienceResolver(audiences, customers),
      new CustomerAudiencesResolver(audiences),
      new BehaviourResolver(behaviour),
      new ViewerBehaviourResolver(behaviour),
    ],
  };
}
