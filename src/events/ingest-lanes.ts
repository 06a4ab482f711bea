import { AsyncResource } from 'node:async_hooks';

/** The outcome of a batch. DONE: it was processed. BLOCKED: it waits for an older batch and must be submitted again. */
export type Taken = 'DONE' | 'BLOCKED';

/** The batches that remain after an attempt to ingest several batches together. */
export interface RemainingBatches {
  /** Batches that did not fit into the transaction and must be submitted again. */
  readonly next: readonly string[];
  /**
   * Batches that must be ingested individually: they were tried before, or they failed together and only one of them
   * may be the cause. The list may contain older batches that were not requested.
   */
  readonly apart: readonly string[];
  /** Batches that wait for older ones. */
  readonly blocked: readonly string[];
}

/** The two ways to append batches to the log. */
export interface Ways {
  /** Ingests several batches in one transaction. */
  readonly together: (ids: readonly string[]) => Promise<RemainingBatches>;
  /** Ingests one batch. */
  readonly alone: (id: string) => Promise<Taken>;
}

interface Asked {
  readonly done: Promise<Taken>;
  readonly resolve: (taken: Taken) => void;
  readonly reject: (error: unknown) => void;
  /**
   * The caller's async context, so that the work is part of the caller's trace even if another call started the lane.
   */
  readonly scope: AsyncResource;
}

/**
 * Ingests batches in a few concurrent transactions (lanes). Each transaction contains all batches that have queued
 * since the last one: an idle worker ingests a batch immediately, and a busy worker ingests many at the cost of one.
 */
export class IngestLanes {
  private readonly asked = new Map<string, Asked>();
  /** Requested batches that no lane processes yet, oldest first. */
  private waiting: string[] = [];
  private busy = 0;

  constructor(
    private readonly ways: Ways,
    private readonly lanes: number,
  ) {}

  /**
   * Ingests a batch. Settles with the result of `together` or `alone`. Repeated calls for one batch share the result.
   */
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

  /** Ingests one batch. If it waits for older batches, ingests them together with it. */
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
      // These batches have waited longer than the ones that arrived since.
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
