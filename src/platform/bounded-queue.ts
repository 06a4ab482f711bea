/**
 * A bounded queue of the values that one subscriber has not read yet. A subscriber that stops reading costs only a
 * little memory. A value replaces a waiting value with the same key, because it is a newer state of the same object. If
 * the queue is full, the oldest value is dropped and counted; with `onFull` the queue fails instead.
 *
 * The queue has one reader. `return()` ends a pending `next()` at once, which an async generator can't do while it
 * awaits.
 */
export class BoundedQueue<T> implements AsyncIterableIterator<T, undefined> {
  /** The waiting values by key, in order of arrival. A value without a key gets a unique one. */
  private readonly waiting = new Map<unknown, T>();
  private readers: ((result: IteratorResult<T, undefined>) => void)[] = [];
  private closed = false;
  private droppedCount = 0;
  private failure: Error | undefined;

  private readonly limit: number;
  private readonly onClose: () => void;
  private readonly onFull: (() => Error) | undefined;

  /**
   * @param options.limit maximum number of waiting values
   * @param options.onClose called once, when the reader stops or the queue ends
   * @param options.onFull returns the error that ends a full queue; by default the oldest value is dropped instead
   */
  constructor(options: { readonly limit: number; readonly onClose?: () => void; readonly onFull?: () => Error }) {
    if (!Number.isInteger(options.limit) || options.limit < 1) {
      throw new RangeError(`limit must be an integer of at least 1; got ${options.limit}.`);
    }
    this.limit = options.limit;
    this.onClose = options.onClose ?? (() => undefined);
    this.onFull = options.onFull;
  }

  /** The number of values that were dropped because the reader was too slow. */
  get dropped(): number {
    return this.droppedCount;
  }

  /** The number of values that wait to be read. */
  get size(): number {
    return this.waiting.size;
  }

  /** Passes a value to the pending reader, or queues it. Never waits, and does nothing after the queue has ended. */
  push(value: T, key?: string): void {
    if (this.closed) return;
    const reader = this.readers.shift();
    if (reader !== undefined) {
      reader({ done: false, value });
      return;
    }
    const entryKey = key ?? Symbol('once');
    if (this.waiting.has(entryKey)) {
      this.waiting.set(entryKey, value);
      return;
    }
    if (this.waiting.size >= this.limit) {
      if (this.onFull !== undefined) return this.fail(this.onFull());
      const [oldest] = this.waiting.keys();
      this.waiting.delete(oldest);
      this.droppedCount++;
    }
    this.waiting.set(entryKey, value);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    for (const [key, value] of this.waiting) {
      this.waiting.delete(key);
      return Promise.resolve({ done: false, value });
    }
    const { failure } = this;
    if (failure !== undefined) {
      this.failure = undefined;
      return Promise.reject(failure);
    }
    if (this.closed) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.readers.push(resolve));
  }

  /**
   * Ends the queue with an error, so that the next `next()` rejects. No `next()` is pending now, because the queue is
   * full.
   */
  private fail(error: Error): void {
    this.waiting.clear();
    this.failure = error;
    this.end();
  }

  /** Ends the queue. Waiting values can still be read. */
  end(): void {
    if (this.closed) return;
    this.closed = true;
    const readers = this.readers;
    this.readers = [];
    for (const reader of readers) reader({ done: true, value: undefined });
    this.onClose();
  }

  /** Ends the queue immediately: discards waiting values and completes a pending `next()`. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.waiting.clear();
    this.failure = undefined;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  async throw(error: unknown): Promise<IteratorResult<T, undefined>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
