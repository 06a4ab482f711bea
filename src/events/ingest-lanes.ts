import { AsyncResource } from 'node:async_hooks';

/** The outcome of a batch. DONE: it was processed. BLOCKED: it waits for an older batch and must be submitted again. */
export type IngestOutcome = 'DONE' | 'BLOCKED';

/** The batches that remain after an attempt to ingest several batches together. */
export interface RemainingBatches {
  /** Batches that did not fit into the transaction and must be submitted again. */
  readonly next: readonly string[];
  /**
   * Batches that must be ingested individually: they were tried before, or they failed together, perhaps because of
   * only one of them. The list may contain older batches that were not requested.
   */
  readonly individually: readonly string[];
  /** Batches that wait for older batches. */
  readonly blocked: readonly string[];
}

/** The two ways to append batches to the log. */
export interface IngestStrategies {
  readonly together: (ids: readonly string[]) => Promise<RemainingBatches>;
  readonly alone: (id: string) => Promise<IngestOutcome>;
}

interface PendingRequest {
  readonly done: Promise<IngestOutcome>;
  readonly resolve: (outcome: IngestOutcome) => void;
  readonly reject: (error: unknown) => void;
  /**
   * The caller's async context. The batch is processed in it, so that the work is part of the caller's trace even if
   * another call started the processing loop.
   */
  readonly asyncContext: AsyncResource;
}

/**
 * Ingests batches in a few lanes, which run at the same time. A lane runs one transaction after the other. Each
 * transaction gets all batches that are waiting at its start. So an idle worker ingests a batch immediately, and a busy
 * worker ingests many at the cost of one.
 */
export class IngestLanes {
  private readonly requests = new Map<string, PendingRequest>();
  /** Requested batches that no lane processes yet, oldest first. */
  private waiting: string[] = [];
  private busyLaneCount = 0;

  constructor(
    private readonly strategies: IngestStrategies,
    private readonly laneCount: number,
  ) {}

  /**
   * Ingests a batch. Settles with the result of `together` or `alone`. Calls for a batch that is already in progress
   * share the result.
   */
  ingest(id: string): Promise<IngestOutcome> {
    const known = this.requests.get(id);
    if (known !== undefined) return known.done;
    const request = createRequest();
    this.requests.set(id, request);
    this.waiting.push(id);
    if (this.busyLaneCount < this.laneCount) void this.run();
    return request.done;
  }

  private async run(): Promise<void> {
    this.busyLaneCount++;
    while (this.waiting.length > 0) {
      const ids = this.waiting;
      this.waiting = [];
      await (ids.length === 1 ? this.ingestAlone(ids[0]!) : this.ingestTogether(ids));
    }
    this.busyLaneCount--;
  }

  /** Ingests one batch. If the batch waits for older batches, ingests all of them together. */
  private async ingestAlone(id: string): Promise<void> {
    try {
      if ((await this.runInCallerContext(id, () => this.strategies.alone(id))) === 'BLOCKED')
        return await this.ingestTogether([id]);
      this.removeRequest(id).resolve('DONE');
    } catch (error) {
      this.removeRequest(id).reject(error);
    }
  }

  private async ingestTogether(ids: readonly string[]): Promise<void> {
    try {
      const { next, individually, blocked } = await this.runInCallerContext(ids[0]!, () =>
        this.strategies.together(ids),
      );
      // The batches in `next` have waited longer than the batches that arrived during the attempt.
      this.waiting = [...next, ...this.waiting];
      const remainingIds = new Set([...next, ...individually, ...blocked]);
      for (const id of ids) if (!remainingIds.has(id)) this.removeRequest(id).resolve('DONE');
      for (const id of blocked) this.removeRequest(id).resolve('BLOCKED');
      await this.ingestIndividually(individually, new Set(ids));
    } catch (error) {
      for (const id of ids) this.removeRequest(id).reject(error);
    }
  }

  private async ingestIndividually(ids: readonly string[], requestedIds: ReadonlySet<string>): Promise<void> {
    for (const id of ids) {
      if (!requestedIds.has(id)) {
        // No caller waits for this batch. The inbox stores its failure.
        await this.strategies.alone(id).catch(() => undefined);
        continue;
      }
      await this.runInCallerContext(id, () => this.strategies.alone(id)).then(
        (outcome) => this.removeRequest(id).resolve(outcome),
        (error: unknown) => this.removeRequest(id).reject(error),
      );
    }
  }

  private runInCallerContext<T>(id: string, work: () => T): T {
    return (this.requests.get(id) as PendingRequest).asyncContext.runInAsyncScope(work);
  }

  private removeRequest(id: string): PendingRequest {
    const request = this.requests.get(id) as PendingRequest;
    this.requests.delete(id);
    return request;
  }
}

function createRequest(): PendingRequest {
  let settle!: Pick<PendingRequest, 'resolve' | 'reject'>;
  const done = new Promise<IngestOutcome>((resolve, reject) => (settle = { resolve, reject }));
  return { done, ...settle, asyncContext: new AsyncResource('ingest') };
}
