import { BoundedQueue } from '../platform/bounded-queue';
import { ApiError } from '../graphql/errors';
import type { Logger } from '../platform/log';
import type { RedisPubSub } from '../platform/pubsub';
import { type ActiveModel, MODEL_TOPIC } from './active-model.service';
import { JOB_TOPIC } from './job.store';
import { MODEL_KINDS, type ModelKind } from './model-kind';
import type { ModelService } from './model.service';
import type { Job, Model } from './model.type';

interface FollowOptions<T> {
  readonly beforePublish?: (item: T) => Promise<void>;
  /** Whether the stream ends with this item. */
  readonly isLast?: (item: T) => boolean;
}

/** Interval of polling, which finds changes whose pub/sub message was lost. */
const POLL_MS = 2_000;

/**
 * Streams models and jobs to subscribers: first the current state, then the new state after each change. A new active
 * version is published once this process serves it: a client that then asks gets the new version's answers.
 */
export class ModelFeed {
  constructor(
    private readonly models: ModelService,
    private readonly served: () => readonly Pick<ActiveModel<unknown>, 'kind' | 'refresh'>[],
    private readonly pubSub: Pick<RedisPubSub, 'listen'>,
    private readonly log: Logger,
  ) {}

  openModels(kind: ModelKind | null): Promise<AsyncIterableIterator<Model>> {
    const kinds = kind === null ? MODEL_KINDS : [kind];
    return this.follow(
      MODEL_TOPIC,
      () => Promise.all(kinds.map((each) => this.models.model(each))),
      ({ active }) => [active?.id, active?.pinned],
      { beforePublish: ({ kind }) => this.serveActive(kind) },
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

  private async serveActive(kind: ModelKind): Promise<void> {
    for (const model of this.served()) if (model.kind === kind) await model.refresh();
  }

  private async follow<T extends { readonly kind?: string; readonly id?: string }>(
    topic: string,
    load: () => Promise<T[]>,
    visibleState: (item: T) => unknown[],
    { beforePublish, isLast }: FollowOptions<T>,
  ): Promise<AsyncIterableIterator<T>> {
    const publishedStates = new Map<string, string>();
    let publishing: Promise<void> = Promise.resolve();
    let isPublishQueued = false;
    const queue = new BoundedQueue<T>({ limit: 16, onClose: () => close() });
    const publishChanges = async () => {
      isPublishQueued = false;
      for (const item of await load()) {
        const key = item.kind ?? item.id ?? '';
        const state = JSON.stringify(visibleState(item));
        if (publishedStates.get(key) === state) continue;
        await beforePublish?.(item);
        publishedStates.set(key, state);
        queue.push(item, key);
        if (isLast?.(item)) queue.end();
      }
    };
    const queuePublish = () => {
      if (isPublishQueued) return;
      isPublishQueued = true;
      publishing = publishing
        .then(publishChanges)
        .catch((error: Error) =>
          this.log.warn({ error: error.message }, 'could not read models or jobs; the next change retries'),
        );
    };
    const stop = this.pubSub.listen(topic, queuePublish);
    const timer = setInterval(queuePublish, POLL_MS);
    const close = () => {
      clearInterval(timer);
      stop();
    };
    await publishChanges().catch(async (error: unknown) => {
      await queue.return();
      throw error;
    });
    return queue;
  }
}
