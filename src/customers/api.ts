import type { ProductsReadModel } from '../catalog/products.read-model';
import type { EventLog } from '../events/event-log';
import type { ReadModel } from '../events/read-model';
import type { Platform } from '../platform/connect';
import { AudienceResolver, CustomerAudiencesResolver } from './audiences/audience.resolver';
import { AudienceService } from './audiences/audience.service';
import { decodeBehaviourVersion } from './behaviour/behaviour-artefact';
import { BehaviourResolver, ViewerBehaviourResolver } from './behaviour/behaviour.resolver';
import { BehaviourService } from './behaviour/behaviour.service';
import { SessionsReadModel } from './behaviour/sessions.read-model';
import { CustomerResolver } from './customer.resolver';
import { CustomerService } from './customer.service';
import { HistoriesReadModel } from './histories.read-model';
import { MergeService, type MergeEffect } from './merge.service';
import { ProfileResolver } from './profiles/profile.resolver';
import { SegmentChangeResolver } from './profiles/segment-change.resolver';
import { SegmentChangesService } from './profiles/segment-changes.service';
import { ProfilesReadModel } from './profiles/profiles.read-model';
import { ProfileValuesReadModel } from './profiles/profile-values.read-model';
import { decodeSegments } from './segments/segments-artefact';
import { SegmentResolver } from './segments/segment.resolver';
import { SegmentSizesResolver } from './segments/segment-sizes.resolver';
import { SegmentSizesService } from './segments/segment-sizes.service';
import { SegmentService } from './segments/segment.service';
import { ActiveModel } from '../models/active-model.service';

export function customersModule(
  { pools, prisma, config, artefacts, pubSub, log }: Platform,
  { pool, outbox }: EventLog,
  products: ProductsReadModel,
  mergeEffects: readonly MergeEffect[],
) {
  const customers = new CustomerService(pool, prisma, outbox, products);
  const merges = new MergeService(pool, outbox, mergeEffects);
  const histories = new HistoriesReadModel(pools.lists, config.maxHistories);
  const segmentsModel = new ActiveModel('segments', decodeSegments, artefacts, pubSub, log);
  const profiles = new ProfilesReadModel(pool);
  const profileValues = new ProfileValuesReadModel({
    pool: pools.lists,
    hasSegments: () => segmentsModel.current !== null,
  });
  segmentsModel.watch(() => profileValues.reload());
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
  const resolvers = [
    new CustomerResolver(customers, merges),
    new SegmentResolver(segments, customers),
    new SegmentSizesResolver(segmentSizes),
    new SegmentChangeResolver(segmentChanges),
    new ProfileResolver(customers, profiles, segments, behaviour, log),
    new AudienceResolver(audiences, customers),
    new CustomerAudiencesResolver(audiences),
    new BehaviourResolver(behaviour),
    new ViewerBehaviourResolver(behaviour),
  ];
  const readModels: ReadModel[] = [
    {
      apply: (position, change) => histories.apply(position, change),
      onReload: (position) => histories.apply(position, { reload: 'histories' }),
    },
    {
      apply: (position, change) => sessions.apply(position, change),
      onReload: (position) => sessions.apply(position, { reload: 'histories' }),
    },
    {
      apply: (_, change) => profiles.apply(change),
      onReload: () => profiles.apply({ reload: 'histories' }),
    },
    {
      apply: (_, change) => profileValues.apply(change),
      onReload: () => profileValues.reload(),
    },
    {
      apply: (_, { reload }) => (reload === undefined ? undefined : audiences.reloaded.notify()),
      onReload: () => audiences.reloaded.notify(),
    },
  ];
  return { customers, merges, histories, profileValues, segmentsModel, behaviourModel, resolvers, readModels };
}
