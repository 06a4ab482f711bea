import { LockWaitError, isOutage, isTransactionFailure, isUnavailable, isWaitTimeout } from '../platform/outage';

/** Maximum size of a group of several requests. */
const MAX_GROUP_SIZE = 100;
/** Maximum size of all waiting requests together. */
const MAX_WAITING_SIZE = 20_000;

export interface GroupedRequest {
  /** Requests with a common key do not run in one group. */
  readonly keys: readonly string[];
  readonly size: number;
  /** Only requests of the same kind run in one group. */
  readonly kind: string;
}

/**
 * Runs a group of requests.
 * @param waits whether it waits for locks. Otherwise it leaves out the requests whose locks others hold
 * @returns the result of each request; undefined if it was left out
 */
export type RunGroup<Request, Result> = (
  requests: readonly Request[],
  waits: boolean,
) => Promise<readonly (Result | undefined)[]>;

interface Waiting<Request, Result> {
  /** Increases with each request. */
  readonly number: number;
  readonly request: Request;
  /** Refuses the request at {@link until} if it is waiting then. */
  readonly timer: NodeJS.Timeout;
  /** On the clock of `performance.now()`. */
  readonly until: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: requests that wait while others run are run together, in one transaction. Only one group runs at a time:
 * with two, groups are half as large, and everything takes longer. Alone, a request starts immediately. Requests whose
 * locks others hold run separately, so that the other requests do not wait for these locks. If a group fails, and no
 * outage is the reason, each of its requests is run alone, so that a request can't make others fail.
 */
export class GroupQueue<Request extends GroupedRequest, Result> {
  private readonly lanes: readonly Lane<Request, Result>[];
  private added = 0;

  /** @param maxWaitMs how long a request may wait until it runs */
  constructor(
    run: RunGroup<Request, Result>,
    private readonly maxWaitMs: number,
  ) {
    const waiting = new Lane<Request, Result>((requests) => run(requests, true));
    this.lanes = [new Lane((requests) => run(requests, false), waiting), waiting];
  }

  /** Number of requests that wait. */
  get length(): number {
    return this.lanes.reduce((sum, lane) => sum + lane.waiting.length, 0);
  }

  /** @throws LockWaitError if too many requests are waiting, or the request has waited too long */
  add(request: Request): Promise<Result> {
    const size = this.lanes.flatMap((lane) => lane.waiting).reduce((sum, each) => sum + each.request.size, 0);
    if (size + request.size > MAX_WAITING_SIZE) return Promise.reject(tooMany());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        if (this.lanes.some((lane) => lane.remove(entry))) reject(tooMany());
      }, this.maxWaitMs);
      const entry = {
        number: this.added++,
        request,
        timer,
        until: performance.now() + this.maxWaitMs,
        resolve,
        reject,
      };
      this.lanes[0]!.add([entry]);
    });
  }
}

/** Runs one group after the other. */
class Lane<Request extends GroupedRequest, Result> {
  waiting: readonly Waiting<Request, Result>[] = [];
  private isRunning = false;

  /** @param next the lane for requests that `run` leaves out */
  constructor(
    private readonly run: (requests: readonly Request[]) => Promise<readonly (Result | undefined)[]>,
    private readonly next?: Lane<Request, Result>,
  ) {}

  add(entries: readonly Waiting<Request, Result>[]): void {
    this.waiting = [...this.waiting, ...entries].sort((a, b) => a.number - b.number);
    if (!this.isRunning) void this.runAll();
  }

  /** @returns whether the request was waiting */
  remove(entry: Waiting<Request, Result>): boolean {
    const before = this.waiting.length;
    this.waiting = this.waiting.filter((each) => each !== entry);
    return this.waiting.length < before;
  }

  private async runAll(): Promise<void> {
    this.isRunning = true;
    try {
      for (let group = this.takeGroup(); group.length > 0; group = this.takeGroup()) await this.runGroup(group);
    } finally {
      this.isRunning = false;
    }
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
    return group;
  }

  private async runGroup(group: readonly Waiting<Request, Result>[]): Promise<void> {
    try {
      const results = await this.run(group.map(({ request }) => request));
      const leftOut = group.filter((entry, n) => {
        const result = results[n];
        if (result === undefined) return true;
        clearTimeout(entry.timer);
        entry.resolve(result);
        return false;
      });
      const isLate = ({ until }: Waiting<Request, Result>) => performance.now() > until;
      this.reject(leftOut.filter(isLate), tooMany());
      this.next?.add(leftOut.filter((entry) => !isLate(entry)));
    } catch (error) {
      if (group.length > 1 && !isOutage(error)) for (const entry of group) await this.runGroup([entry]);
      else this.reject(group, error);
      const isFast = [isUnavailable, isWaitTimeout, isTransactionFailure].some((is) => is(error));
      // In a database that hangs, each further group would also end only after a timeout.
      if (isOutage(error) && !isFast) {
        this.reject(this.waiting, error);
        this.waiting = [];
      }
    }
  }

  private reject(entries: readonly Waiting<Request, Result>[], error: unknown): void {
    for (const { timer, reject } of entries) {
      clearTimeout(timer);
      reject(error);
    }
  }
}

function tooMany(): Error {
  return new LockWaitError('other orders to be written');
}
