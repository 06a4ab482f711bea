import { Arg, FieldResolver, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { ID } from '../graphql/scalars';
import { First, checkFirst, decodeCursor, encodeCursor, pageOf } from '../graphql/connection';
import { ApiError } from '../graphql/errors';
import { Scoped } from '../graphql/scope';
import { NO_TOPIC, SubscribedBy } from '../graphql/subscribed-by';
import { ModelFeed } from './model-feed.service';
import type { ModelKind } from './model-kind';
import { ModelService, toModelVersion } from './model.service';
import {
  Job,
  Model,
  ModelKindEnum,
  ModelVersionConnection,
  ModelVersionPayload,
  PromoteModelInput,
  RefreshModelInput,
  RefreshModelPayload,
  RollbackModelInput,
} from './model.type';
import { isUuid } from '../platform/uuid';
import { VersionStore, type Refusal, type StoredVersion } from './version.store';

const CURSOR = 'modelVersions';

@Resolver(() => Model)
export class ModelResolver {
  constructor(
    private readonly kinds: readonly ModelKind[],
    private readonly service: ModelService,
    private readonly store: VersionStore,
    private readonly feed: ModelFeed,
  ) {}

  @Scoped('ADMIN')
  @Query(() => [Model], { description: 'What is learned in versions, and which version answers.' })
  models(): Promise<Model[]> {
    return Promise.all(this.kinds.map((kind) => this.service.model(kind)));
  }

  @Scoped('ADMIN')
  @Query(() => Model)
  model(@Arg('kind', () => ModelKindEnum) kind: ModelKind): Promise<Model> {
    return this.service.model(kind);
  }

  @Scoped('ADMIN')
  @FieldResolver(() => ModelVersionConnection, { description: 'The newest first.' })
  async versions(
    @Root() model: Model,
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<ModelVersionConnection> {
    const before = after == null ? undefined : versionNumberOf(decodeCursor(CURSOR, after));
    const count = checkFirst(first);
    const rows = await this.service.page(model.kind, before, count + 1);
    return pageOf(rows, count, before !== undefined, ({ number }) => encodeCursor(CURSOR, number));
  }

  @Scoped('ADMIN')
  @Query(() => Job, { nullable: true })
  async job(@Arg('id', () => ID) id: string): Promise<Job | null> {
    return isUuid(id) ? this.service.job(id) : null;
  }

  @Scoped('ADMIN')
  @Mutation(() => RefreshModelPayload, {
    description:
      'Fits the next version now. `jobProgress` tells how far it is; the gate decides whether it is promoted.',
  })
  async refreshModel(@Arg('input', () => RefreshModelInput) { kind }: RefreshModelInput): Promise<RefreshModelPayload> {
    return { job: await this.service.refresh(kind), errors: [] };
  }

  @Scoped('ADMIN')
  @Mutation(() => ModelVersionPayload, { description: 'Makes a version the active one, whichever the gate chose.' })
  async promoteModel(
    @Arg('input', () => PromoteModelInput) { versionId, pin }: PromoteModelInput,
  ): Promise<ModelVersionPayload> {
    if (!isUuid(versionId)) return toPayload({ code: 'NOT_FOUND', message: 'there is no such version' }, 'versionId');
    return toPayload(await this.store.promote(versionId, pin), 'versionId');
  }

  @Scoped('ADMIN')
  @Mutation(() => ModelVersionPayload, {
    description: 'Back to the version that was active before, which is pinned; again, and one further back.',
  })
  async rollbackModel(
    @Arg('input', () => RollbackModelInput) { kind, toNone }: RollbackModelInput,
  ): Promise<ModelVersionPayload> {
    return toPayload(await (toNone ? this.store.deactivate(kind) : this.store.rollBack(kind)), 'kind');
  }

  @Scoped('ADMIN')
  @SubscribedBy('openModels')
  @Subscription(() => Model, {
    ...NO_TOPIC,
    description:
      'The models as they are, then each again when another version of it has become the active one, and this API process answers with it.',
  })
  modelUpdated(
    @Root() model: Model,
    @Arg('kind', () => ModelKindEnum, { nullable: true }) _kind?: ModelKind | null,
  ): Model {
    return model;
  }

  openModels({ kind }: { kind?: ModelKind | null }): Promise<AsyncIterable<Model>> {
    return this.feed.openModels(kind == null ? this.kinds : [kind]);
  }

  @Scoped('ADMIN')
  @SubscribedBy('openJob')
  @Subscription(() => Job, { ...NO_TOPIC, description: 'The job as it is, then whenever it has moved, to its end.' })
  jobProgress(@Root() job: Job, @Arg('id', () => ID) _id: string): Job {
    return job;
  }

  openJob({ id }: { id: string }): Promise<AsyncIterable<Job>> {
    if (!isUuid(id)) throw new ApiError('NOT_FOUND', 'There is no such job');
    return this.feed.openJob(id);
  }
}

function toPayload(result: StoredVersion | Refusal | null, path: string): ModelVersionPayload {
  if (result === null) return { version: null, errors: [] };
  if ('code' in result) return { version: null, errors: [{ index: 0, ...result, path }] };
  return { version: toModelVersion(result), errors: [] };
}

function versionNumberOf(value: unknown): number {
  if (Number.isSafeInteger(value)) return value as number;
  throw new ApiError('BAD_USER_INPUT', 'after is not a cursor of this list');
}
