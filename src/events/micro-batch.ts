/**
 * Collects the items of several callers and writes them together: one commit serves many requests, at the cost of a few
 * milliseconds of latency. Each caller's items stay in one batch.
 */
export class MicroBatch<Item, Result> {
  private items: Item[] = [];
  private callers: { resolve: (result: Result) => void; reject: (error: unknown) => void }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly running = new Set<Promise<void>>();

  /**
   * @param write makes a batch durable; every caller whose items are in the batch gets the result
   * @param options.delayMs how long the first item of a batch waits for others
   * @param options.size number of items at which a batch is written immediately
   */
  constructor(
    private readonly write: (items: readonly Item[]) => Promise<Result>,
    private readonly options: { delayMs: number; size: number },
  ) {}

  /** Resolves when the items are durable. */
  add(items: readonly Item[]): Promise<Result> {
    return new Promise((resolve, reject) => {
      for (const item of items) this.items.push(item);
      this.callers.push({ resolve, reject });
      if (this.items.length >= this.options.size) this.flush();
      else this.timer ??= setTimeout(() => this.flush(), this.options.delayMs);
    });
  }

  /** Writes the collected items and waits for all running writes. */
  async drain(): Promise<void> {
    this.flush();
    await Promise.all(this.running);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.callers.length === 0) return;
    const { items, callers } = this;
    this.items = [];
    this.callers = [];
    const written = this.write(items).then(
      (result) => callers.forEach((caller) => caller.resolve(result)),
      (error: unknown) => callers.forEach((caller) => caller.reject(error)),
    );
    this.running.add(written);
    void written.finally(() => this.running.delete(written));
  }
}
