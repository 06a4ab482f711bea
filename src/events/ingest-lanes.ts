import { AsyncResource } from 'node:async_hooks';

/** How batches get into the log. */
export interface Ways {
  /** @returns what is to be asked for again, and what has to be worked at one by one */
  readonly together: (ids: readonly string[]) => Promise<{
    readonly next: readonly string[];
    readonly apart: readonly string[];
  }>;
  readonly alone: (id: string) => Promise<void>;
}

interface Asked {
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  /** Of whoever asked: what is done for it is part of its trace, whoever's call began the lane. */
  readonly scope: AsyncResource;
}

/**
 * A few transactions at a time, each with all that has gathered meanwhile: an idle worker takes a batch in at once, and a
 * busy one many for the price of one.
 */
export class IngestLanes {
  private readonly asked = new Map<string, Asked>();
  /** Those of them that no lane is at, the oldest first. */
  private waiting: string[] = [];
  private busy = 0;

  constructor(
    private readonly ways: Ways,
    private readonly lanes: number,
  ) {}

  /** Settles when this batch has been worked at, as `together` or `alone` does. */
  take(id: string): Promise<void> {
    const known = this.asked.get(id);
    if (known !== undefined) return known.done;
    const asked = ask();
    this.asked.set(id, asked);
    this.waiting.push(id);
    if (this.busy < this.lanes) void this.run();
    return asked.done;
  }

  private async run(): Promise<void> {
    this.busy++;
    while (this.waiting.length > 0) {
      const ids = this.waiting;
      this.waiting = [];
      await (ids.length === 1 ? this.oneByOne(ids) : this.atOnce(ids));
    }
    this.busy--;
  }

  private async atOnce(ids: readonly string[]): Promise<void> {
    try {
      const { next, apart } = await this.within(ids[0], () => this.ways.together(ids));
      // They have waited longer than what has come since.
      this.waiting = [...next, ...this.waiting];
      const left = new Set([...next, ...apart]);
      for (const id of ids) if (!left.has(id)) this.settle(id).resolve();
      await this.oneByOne(apart);
    } catch (error) {
      for (const id of ids) this.settle(id).reject(error);
    }
  }

  private async oneByOne(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await this.within(id, () => this.ways.alone(id)).then(
        () => this.settle(id).resolve(),
        (error: unknown) => this.settle(id).reject(error),
      );
    }
  }

  private within<T>(id: string, work: () => T): T {
    return (this.asked.get(id) as Asked).scope.runInAsyncScope(work);
  }

  private settle(id: string): Asked {
    const asked = this.asked.get(id) as Asked;
    this.asked.delete(id);
    return asked;
  }
}

function ask(): Asked {
  let settle!: Pick<Asked, 'resolve' | 'reject'>;
  const done = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  return { done, ...settle, scope: new AsyncResource('ingest') };
}
