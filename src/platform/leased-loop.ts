import { Lease, type HoldOptions } from './lease';
import type { Logger } from './log';
import type { Pool } from './postgres';

export interface LeasedLoopOptions {
  readonly pool: Pool;
  readonly log: Logger;
  /** The name of the lease. */
  readonly name: string;
  /** The duration of the lease, in milliseconds. */
  readonly leaseMs: number;
  /** Interval at which processes without the lease try to acquire it, in milliseconds. */
  readonly acquireMs: number;
  /** Pause after a failure, in milliseconds. */
  readonly retryMs: number;
  /** The message that is logged with each failure. */
  readonly failure: string;
  /** Returns what to do with an acquired lease. */
  readonly begin: (lease: Lease) => LeasedWork;
}

export interface LeasedWork extends HoldOptions {
  /** Works until the lease is lost or the loop closes. Meanwhile, the lease is renewed. */
  readonly run: () => Promise<unknown>;
}

/** Work that one process of the shop does at a time. If that process ends, another one takes over. */
export class LeasedLoop {
  private closing = false;
  private endPause: () => void = () => undefined;

  constructor(private readonly options: LeasedLoopOptions) {}

  get isClosing(): boolean {
    return this.closing;
  }

  /** Acquires the lease and works, repeatedly, until closed. */
  async run(): Promise<void> {
    const { pool, log, name, leaseMs, acquireMs, retryMs, failure, begin } = this.options;
    while (!this.closing) {
      try {
        const lease = await Lease.acquire(pool, log, name, leaseMs);
        if (lease === null) await this.pause(acquireMs);
        else if (this.closing) await lease.release();
        else {
          const { run, ...options } = begin(lease);
          await lease.hold(run, options);
        }
      } catch (error) {
        if (this.closing) return;
        log.warn({ error: (error as Error).message }, failure);
        await this.pause(retryMs);
      }
    }
  }

  /** Makes {@link run} return when the current work ends. */
  close(): void {
    this.closing = true;
    this.endPause();
  }

  /** Ends a running {@link pauseUntilWoken}. */
  wake(): void {
    this.endPause();
  }

  /** Resolves after `ms`, or when the loop closes. */
  async pause(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (!this.closing && performance.now() < end) await this.pauseUntilWoken(end - performance.now());
  }

  /** Resolves after `ms`, or when {@link wake} is called or the loop closes. */
  async pauseUntilWoken(ms: number): Promise<void> {
    if (this.closing) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
