import { BoundedQueue } from '../platform/bounded-queue';
import { ApiError } from '../graphql/errors';
import type { Logger } from '../platform/log';
import type { RedisPubSub } from '../platform/pubsub';
import { MODEL_TOPIC } from './active-model.service';
import { JOB_TOPIC } from './job.service';
import { MODEL_KINDS, type ModelKind } from './model-kind';
import type { ModelService } from './model.service';
import type { Job, Model } from './model.type';

/** What a lost message is noticed by. */
const LOOK_MS = 2_000;

/** Models and jobs as they move: the present state first, then again whenever it differs. */
export class ModelFeed {
  constructor(
    private readonly models: ModelService,
    private readonly pubSub: Pick<RedisPubSub, 'listen'>,
    private readonly log: Logger,
  ) {}

  openModels(kind: ModelKind | null): Promise<AsyncIterableIterator<Model>> {
    const kinds = kind === null ? MODEL_KINDS : [kind];
    return this.follow(
      MODEL_TOPIC,
      () => Promise.all(kinds.map((each) => this.models.model(each))),
      ({ active }) => [active?.id, active?.pinned],
    );
  }

  /** Ends with the job. */
  openJob(id: string): Promise<AsyncIterableIterator<Job>> {
    const look = async () => {
      const job = await this.models.job(id);
      if (!job) throw new ApiError('NOT_FOUND', 'There is no such job');
      return [job];
    };
    return this.follow(
      JOB_TOPIC,
      look,
      ({ state, progress, stage, attempts }) => [state, progress, stage, attempts],
      (job) => job.endedAt !== null,
    );
  }

  private async follow<T extends { readonly kind?: string; readonly id?: string }>(
    topic: string,
    look: () => Promise<T[]>,
    said: (item: T) => unknown[],
    isLast: (item: T) => boolean = () => false,
  ): Promise<AsyncIterableIterator<T>> {
    const told = new Map<string, string>();
    let looking: Promise<void> = Promise.resolve();
    let again = false;
    const queue = new BoundedQueue<T>({ limit: 16, onClose: () => close() });
    const tell = async () => {
      again = false;
      for (const item of await look()) {
        const key = item.kind ?? item.id ?? '';
        const now = JSON.stringify(said(item));
        if (told.get(key) === now) continue;
        told.set(key, now);
        queue.push(item, key);
        if (isLast(item)) queue.end();
      }
    };
    const changed = () => {
      if (again) return;
      again = true;
      looking = looking
        .then(tell)
        .catch((error: Error) => this.log.warn({ error: error.message }, 'not looked at; the next change tries again'));
    };
    const stop = this.pubSub.listen(topic, changed);
    const timer = setInterval(changed, LOOK_MS);
    const close = () => {
      clearInterval(timer);
      stop();
    };
    await tell().catch(async (error: unknown) => {
      await queue.return();
      throw error;
    });
    return queue;
  }
}
