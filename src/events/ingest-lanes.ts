import { AsyncResource } from 'node:async_hooks';

/** What became of a batch: it was worked at, or it has to wait for an older one, and be asked for again. */
export type Taken = 'DONE' | 'BLOCKED';

/** How batches get into the log. */
export interface Ways {
  /**
   * @returns what is to be asked for again; what has to be worked at one by one, whether asked for or not; and what has to
   * wait for older ones
   */
  readonly together: (ids: readonly string[]) => Promise<{
    readonly next: readonly string[];
    readonly apart: readonly string[];
    readonly blocked: readonly string[];
  }>;
  readonly alone: (id: string) => Promise<Taken>;
}

interface Asked {
  readonly done: Promise<Taken>;
  readonly resolve: (taken: Taken) => void;
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
  take(id: string): Promise<Taken> {
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
      await (ids.length === 1 ? this.single(ids[0]) : this.atOnce(ids));
    }
    this.busy--;
  }

  /** Where it waits for older ones, these are taken together with it. */
  private async single(id: string): Promise<void> {
    try {
      if ((await this.within(id, () => this.ways.alone(id))) === 'BLOCKED') return await this.atOnce([id]);
      this.settle(id).resolve('DONE');
    } catch (error) {
      this.settle(id).reject(error);
    }
  }

  private async atOnce(ids: readonly string[]): Promise<void> {
    try {
      const { next, apart, blocked } = await this.within(ids[0], () => this.ways.together(ids));
      // They have waited longer than what has come since.
      this.waiting = [...next, ...this.waiting];
      const left = new Set([...next, ...apart, ...blocked]);
      for (const id of ids) if (!left.has(id)) this.settle(id).resolve('DONE');
      for (const id of blocked) this.settle(id).resolve('BLOCKED');
      await this.oneByOne(apart, new Set(ids));
    } catch (error) {
      for (const id of ids) this.settle(id).reject(error);
    }
  }

  private async oneByOne(ids: readonly string[], asked: ReadonlySet<string>): Promise<void> {
    for (const id of ids) {
      if (!asked.has(id)) {
        // No caller waits for this batch. The inbox stores its failure.
        await this.ways.alone(id).catch(() => undefined);
        continue;
      }
      await this.within(id, () => this.ways.alone(id)).then(
        (taken) => this.settle(id).resolve(taken),
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
  const done = new Promise<Taken>((resolve, reject) => (settle = { resolve, reject }));
  return { done, ...settle, scope: new AsyncResource('ingest') };
}
