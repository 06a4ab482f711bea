/**
 * Gathers what several callers want written and writes it together: one commit for many requests, at the price of a few
 * milliseconds for the first of them. Each caller's items stay together.
 */
export class MicroBatch<Item, Result> {
  private items: Item[] = [];
  private callers: { resolve: (result: Result) => void; reject: (error: unknown) => void }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readonly running = new Set<Promise<void>>();

  /**
   * @param write makes a batch durable; what it returns goes to every caller in it
   * @param options.delayMs how long the first item of a batch waits for others
   * @param options.size items at which a batch is written at once
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

  /** Writes what has been gathered and waits for all that is being written. */
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
