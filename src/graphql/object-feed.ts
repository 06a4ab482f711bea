import type { Logger } from '../platform/log';
import { ApiError } from './errors';
import type { Turns } from './limits/turns';
import { openLiveItems } from './live-query';

/** Nothing but a change would end a longer pause. */
const RETRY_MS = 1_000;

export interface ObjectFeedOptions<T, V> {
  /** The name of the type, for messages. */
  readonly name: string;
  /** @throws ApiError NOT_FOUND if the object does not exist or the viewer may not read it */
  readonly find: (id: string, viewer: V) => Promise<T>;
  /** Calls back whenever the object may have changed, until the returned function is called. */
  readonly watch: (id: string, onChange: () => void) => () => void;
  /** Returns whether an object is to be sent although its revision is that of the one sent before. Default: never. */
  readonly isNews?: (next: T, sent: T) => boolean;
  /** Returns what a subscriber receives who has received `read` before. Default: the object. */
  readonly since?: (next: T, read: T) => T;
  readonly log: Logger;
}

/**
 * Serves subscriptions to one object: sends the complete object first and after each change. A subscription ends when
 * its viewer may no longer read the object.
 */
export class ObjectFeed<T extends { readonly revision: string }, V> {
  constructor(private readonly options: ObjectFeedOptions<T, V>) {}

  async open(id: string, viewer: V, turns?: Pick<Turns, 'nextRefresh'>): Promise<AsyncIterableIterator<T>> {
    const { name, find, watch, isNews, since, log } = this.options;
    let sent: T | undefined;
    const load = async (): Promise<[string, T][]> => {
      const object = await find(id, viewer);
      if (sent !== undefined && Number(object.revision) <= Number(sent.revision)) {
        if (Number(object.revision) < Number(sent.revision) || !isNews?.(object, sent)) return [];
      }
      sent = object;
      return [[name, object]];
    };
    const objects = await openLiveItems({
      name,
      load,
      limit: 1,
      endsWith: (error) => error instanceof ApiError && error.code === 'NOT_FOUND',
      watchChanges: ({ now }) => [watch(id, now)],
      turns,
      maxRetryMs: RETRY_MS,
      log,
    });
    return since === undefined ? objects : changesOf(objects, since);
  }
}

/** Passes on what has changed since the last object that was read: those in between may have been skipped. */
function changesOf<T>(objects: AsyncIterableIterator<T>, since: (next: T, read: T) => T): AsyncIterableIterator<T> {
  let read: T | undefined;
  return {
    next: async () => {
      const result = await objects.next();
      if (result.done === true) return result;
      const value = read === undefined ? result.value : since(result.value, read);
      read = result.value;
      return { done: false, value };
    },
    return: () => objects.return!(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
