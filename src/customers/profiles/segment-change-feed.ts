import { BoundedQueue } from '../../platform/bounded-queue';

/** Pause after a failed read, in milliseconds. */
const RETRY_MS = 1_000;
/** Pause after a notification, in milliseconds: changes that follow each other closely are read together. */
const COALESCE_MS = 30;

export interface ChangeFeedOptions<Change> {
  /** Returns the next changes after the newest one it has returned before, at most `pageSize`, in order. */
  readonly readNext: () => Promise<readonly Change[]>;
  readonly pageSize: number;
  /** Calls back after each change. @returns the function that ends this */
  readonly watch: (onChange: () => void) => () => void;
  readonly onFailure: (error: Error) => void;
}

/**
 * Sends changes to one subscriber, each once and in order. It reads the next page only when the subscriber has read all
 * changes of the page before, so a slow subscriber delays itself and costs no memory.
 */
export class ChangeFeed<Change> implements AsyncIterableIterator<Change, undefined> {
  private readonly queue: BoundedQueue<Change>;
  private readonly stopWatching: () => void;
  private isReading = false;
  private mayHaveMore = true;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly options: ChangeFeedOptions<Change>) {
    this.queue = new BoundedQueue({ limit: options.pageSize, onClose: () => this.close() });
    this.stopWatching = options.watch(() => {
      this.mayHaveMore = true;
      if (this.timer === undefined) this.readAfter(COALESCE_MS);
    });
    this.readIfEmpty();
  }

  next(): Promise<IteratorResult<Change, undefined>> {
    const next = this.queue.next();
    this.readIfEmpty();
    return next;
  }

  return(): Promise<IteratorResult<Change, undefined>> {
    return this.queue.return();
  }

  throw(error: unknown): Promise<IteratorResult<Change, undefined>> {
    return this.queue.throw(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Reads nothing before. */
  private readAfter(pauseMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.readIfEmpty();
    }, pauseMs);
  }

  private readIfEmpty(): void {
    if (this.timer !== undefined || this.isReading || this.closed || !this.mayHaveMore || this.queue.size > 0) return;
    this.isReading = true;
    this.mayHaveMore = false;
    this.options.readNext().then(
      (changes) => {
        this.isReading = false;
        if (changes.length >= this.options.pageSize) this.mayHaveMore = true;
        for (const change of changes) this.queue.push(change);
        this.readIfEmpty();
      },
      (error: Error) => {
        this.options.onFailure(error);
        this.isReading = false;
        this.mayHaveMore = true;
        if (!this.closed) this.readAfter(RETRY_MS);
      },
    );
  }

  private close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.stopWatching();
  }
}
