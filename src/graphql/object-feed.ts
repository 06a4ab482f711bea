import { BoundedQueue } from '../platform/bounded-queue';
import type { Logger } from '../platform/log';
import { ApiError } from './errors';
import type { Turns } from './limits/turns';

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
    let reading: Promise<void> = Promise.resolve();
    let isReadQueued = false;
    let closed = false;
    let retry: NodeJS.Timeout | undefined;
    // A slow subscriber needs only the newest state.
    const queue = new BoundedQueue<T>({ limit: 1, onClose: () => close() });
    const read = async () => {
      isReadQueued = false;
      const object = await find(id, viewer);
      if (sent !== undefined && Number(object.revision) <= Number(sent.revision)) {
        if (Number(object.revision) < Number(sent.revision) || !isNews?.(object, sent)) return;
      }
      sent = object;
      queue.push(object, name);
    };
    // Called for each change. It is registered before the first read, so that no change is missed.
    const queueRead = () => {
      if (isReadQueued) return;
      isReadQueued = true;
      const readInTurn = async () => {
        try {
          await turns?.nextRefresh();
        } finally {
          isReadQueued = false;
        }
        if (!closed) await read();
      };
      reading = reading.then(readInTurn).catch((error: Error) => {
        if (error instanceof ApiError && error.code === 'NOT_FOUND') return queue.end();
        log.warn({ error: error.message }, `live ${name} not read; it will be tried again`);
        clearTimeout(retry);
        if (!closed) retry = setTimeout(queueRead, RETRY_MS);
      });
    };
    const stop = watch(id, queueRead);
    const close = () => {
      closed = true;
      clearTimeout(retry);
      stop();
    };
    try {
      await read();
    } catch (error) {
      await queue.return();
      throw error;
    }
    return since === undefined ? queue : changesOf(queue, since);
  }
}

/** Passes on what has changed since the last object that was read: those in between may have been skipped. */
function changesOf<T>(queue: BoundedQueue<T>, since: (next: T, read: T) => T): AsyncIterableIterator<T> {
  let read: T | undefined;
  return {
    next: async () => {
      const result = await queue.next();
      if (result.done === true) return result;
      const value = read === undefined ? result.value : since(result.value, read);
      read = result.value;
      return { done: false, value };
    },
    return: () => queue.return(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
