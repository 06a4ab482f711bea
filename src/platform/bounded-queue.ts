/**
 * What one subscriber has yet to read, within a bound, so that a subscriber who has stopped reading costs a little
 * memory and nobody else anything. A value pushed under the key of one still waiting takes its place (the newer state
 * of the same thing). Over the bound the oldest goes, and is counted; where every value matters, the queue fails instead.
 *
 * For one reader. `return()` ends a `next()` that is pending, which a generator around an await would not.
 */
export class BoundedQueue<T> implements AsyncIterableIterator<T, undefined> {
  /** In order of arrival; a value without a key is kept under one of its own. */
  private readonly waiting = new Map<unknown, T>();
  private readers: ((result: IteratorResult<T, undefined>) => void)[] = [];
  private closed = false;
  private lost = 0;
  private failure: Error | undefined;

  private readonly limit: number;
  private readonly onClose: () => void;
  private readonly onFull: (() => Error) | undefined;

  /**
   * @param options.limit how many values may wait
   * @param options.onClose called once, when the reader goes away or the queue is ended
   * @param options.onFull makes the error that the queue fails with over its bound, rather than drop the oldest value
   */
  constructor(options: { readonly limit: number; readonly onClose?: () => void; readonly onFull?: () => Error }) {
    if (!Number.isInteger(options.limit) || options.limit < 1) {
      throw new RangeError(`A queue is bounded by 1 or more, not ${options.limit}`);
    }
    this.limit = options.limit;
    this.onClose = options.onClose ?? (() => undefined);
    this.onFull = options.onFull;
  }

  /** How many values were dropped because the reader was too slow. */
  get dropped(): number {
    return this.lost;
  }

  /** How many values wait to be read. */
  get size(): number {
    return this.waiting.size;
  }

  /** Hands a value to the reader or keeps it; never waits. After the end it does nothing. */
  push(value: T, key?: string): void {
    if (this.closed) return;
    const reader = this.readers.shift();
    if (reader !== undefined) {
      reader({ done: false, value });
      return;
    }
    const place = key ?? Symbol('once');
    if (this.waiting.has(place)) {
      this.waiting.set(place, value);
      return;
    }
    if (this.waiting.size >= this.limit) {
      if (this.onFull !== undefined) return this.fail(this.onFull());
      const [oldest] = this.waiting.keys();
      this.waiting.delete(oldest);
      this.lost++;
    }
    this.waiting.set(place, value);
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

  /** No reader is pending: one would have taken what waits. The next `next()` throws. */
  private fail(error: Error): void {
    this.waiting.clear();
    this.failure = error;
    this.end();
  }

  /** Nothing more comes: what waits is still read. */
  end(): void {
    if (this.closed) return;
    this.closed = true;
    const readers = this.readers;
    this.readers = [];
    for (const reader of readers) reader({ done: true, value: undefined });
    this.onClose();
  }

  /** Ends the queue at once: what waits is forgotten, a pending `next()` is done. */
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
