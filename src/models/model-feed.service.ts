import { ApiError } from '../graphql/errors';
import { openLiveItems } from '../graphql/live-query';
import type { Logger } from '../platform/log';
import type { RedisPubSub } from '../platform/pubsub';
import { type ActiveModel, MODEL_TOPIC } from './active-model.service';
import { JOB_TOPIC } from './job.store';
import type { ModelKind } from './model-kind';
import type { ModelService } from './model.service';
import type { Job, Model } from './model.type';

interface FollowOptions<T> {
  /** Whether a changed item may be published now; otherwise it is tried again after {@link POLL_MS}. */
  readonly isReady?: (item: T) => Promise<boolean>;
  /** Whether the stream ends with this item. */
  readonly isLast?: (item: T) => boolean;
}

/** Interval of polling, which finds changes whose pub/sub message was lost. */
const POLL_MS = 2_000;

/**
 * Streams models and jobs to subscribers: first the current state, then the new state after each change. A new active
 * version is published once this process serves it: a client that then asks gets the new version's answers. One that this
 * process can't read is published immediately.
 */
export class ModelFeed {
  constructor(
    private readonly models: ModelService,
    private readonly served: () => readonly Pick<ActiveModel<unknown>, 'kind' | 'refresh' | 'cannotServe'>[],
    private readonly pubSub: Pick<RedisPubSub, 'listen'>,
    private readonly log: Logger,
  ) {}

  openModels(kinds: readonly ModelKind[]): Promise<AsyncIterableIterator<Model>> {
    return this.follow(
      MODEL_TOPIC,
      () => Promise.all(kinds.map((each) => this.models.model(each))),
      ({ active }) => [active?.id, active?.pinned],
      { isReady: ({ kind, active }) => this.isServed(kind, active?.id ?? null) },
    );
  }

  /** Streams a job until it ends. */
  openJob(id: string): Promise<AsyncIterableIterator<Job>> {
    const load = async () => {
      const job = await this.models.job(id);
      if (!job) throw new ApiError('NOT_FOUND', 'There is no such job');
      return [job];
    };
    return this.follow(JOB_TOPIC, load, ({ state, progress, stage, attempts }) => [state, progress, stage, attempts], {
      isLast: (job) => job.endedAt !== null,
    });
  }

  /** Whether this process answers with the active version, or can't ever. Kinds that only workers use are ready. */
  private async isServed(kind: ModelKind, id: string | null): Promise<boolean> {
    for (const model of this.served())
      if (model.kind === kind && (await model.refresh()) !== id && !(id !== null && model.cannotServe(id)))
        return false;
    return true;
  }

  private follow<T extends { readonly kind?: string; readonly id?: string }>(
    topic: string,
    load: () => Promise<T[]>,
    visibleState: (item: T) => unknown[],
    { isReady, isLast }: FollowOptions<T>,
  ): Promise<AsyncIterableIterator<T>> {
    const publishedStates = new Map<string, string>();
    const loadChanged = async function* (): AsyncGenerator<[string, T]> {
      for (const item of await load()) {
        const key = item.kind ?? item.id ?? '';
        const state = JSON.stringify(visibleState(item));
        if (publishedStates.get(key) === state) continue;
        const ready = isReady === undefined || (await isReady(item));
        if (!ready && publishedStates.has(key)) continue;
        // The first state is published in any case, and again when it is ready.
        publishedStates.set(key, ready ? state : '');
        yield [key, item];
      }
    };
    return openLiveItems({
      name: topic,
      load: loadChanged,
      limit: 16,
      isLast,
      watchChanges: ({ now, every }) => [this.pubSub.listen(topic, now), every(POLL_MS, now)],
      log: this.log,
    });
  }
}
