import { overloadedError } from '../graphql/limits/overloaded-error';
import { isOutage, isTransactionFailure } from '../platform/outage';

/** Maximum size of a group of several requests. */
const MAX_GROUP_SIZE = 100;

export interface GroupedRequest {
  /** Requests with a common key do not run in one group. */
  readonly keys: readonly string[];
  readonly size: number;
  /** Only requests of the same kind run in one group. */
  readonly kind: string;
}

interface Waiting<Request, Result> {
  readonly request: Request;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: requests that wait while others run are run together, in one transaction. Only one group runs at a time:
 * with two, groups are half as large, and everything takes longer. Alone, a request starts immediately. If a group fails
 * for a reason other than an outage, each of its requests is run alone, so that a request can't make others fail.
 */
export class GroupQueue<Request extends GroupedRequest, Result> {
  private waiting: Waiting<Request, Result>[] = [];
  private isRunning = false;

  /**
   * @param run runs a group, and returns the result of each request
   * @param maxWaitMs how long a request may wait
   */
  constructor(
    private readonly run: (requests: readonly Request[]) => Promise<readonly Result[]>,
    private readonly maxWaitMs: number,
  ) {}

  /** Number of requests that wait. */
  get length(): number {
    return this.waiting.length;
  }

  /** @throws ApiError OVERLOADED if the request has waited too long */
  add(request: Request): Promise<Result> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting = this.waiting.filter((each) => each !== entry);
        reject(overloadedError('Too many orders are waiting to be written. Retry after retryAfterMs.'));
      }, this.maxWaitMs);
      const entry = { request, timer, resolve, reject };
      this.waiting.push(entry);
      if (!this.isRunning) void this.runAll();
    });
  }

  private async runAll(): Promise<void> {
    this.isRunning = true;
    for (let group = this.takeGroup(); group.length > 0; group = this.takeGroup()) await this.runGroup(group);
    this.isRunning = false;
  }

  /** Takes the longest waiting request, and others that may run with it. */
  private takeGroup(): readonly Waiting<Request, Result>[] {
    const group: Waiting<Request, Result>[] = [];
    const remaining: Waiting<Request, Result>[] = [];
    const keys = new Set<string>();
    let size = 0;
    for (const entry of this.waiting) {
      const { request } = entry;
      const fits =
        group.length === 0 || (size + request.size <= MAX_GROUP_SIZE && request.kind === group[0]!.request.kind);
      if (fits && !request.keys.some((key) => keys.has(key))) {
        group.push(entry);
        size += request.size;
      } else remaining.push(entry);
      // Later requests with the same keys must not overtake this one.
      for (const key of request.keys) keys.add(key);
    }
    this.waiting = remaining;
    for (const { timer } of group) clearTimeout(timer);
    return group;
  }

  private async runGroup(group: readonly Waiting<Request, Result>[]): Promise<void> {
    try {
      const results = await this.run(group.map(({ request }) => request));
      group.forEach(({ resolve }, n) => resolve(results[n]!));
    } catch (error) {
      const isOwnFault = !isOutage(error) || isTransactionFailure(error);
      if (group.length > 1 && isOwnFault) for (const entry of group) await this.runGroup([entry]);
      else for (const { reject } of group) reject(error);
    }
  }
}
