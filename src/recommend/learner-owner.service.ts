import path from 'node:path';
import { Lease } from '../platform/lease';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import { startThread, type Thread } from '../platform/thread';
import type { Config } from '../config';
import { LEARNER_LEASE } from './learner-names';
import { LearnerSignals } from './learner-signals';

/** Short: while nobody holds the lease nothing is learned, and lists are to move again within five seconds. */
const LEASE_MS = 3_000;
/** How often those without the lease ask for it. */
const ACQUIRE_MS = 200;
/** A learner that reports nothing for so long hangs. */
const MAX_SILENCE_MS = 15_000;
const WATCH_MS = 200;
const FAILED_MS = 500;
/** Between two looks at a checkpoint that can't be read. */
const UNREADABLE_MS = 2_000;

/** What a learner is told to do. */
export interface LearnerOrder {
  readonly token: number;
  readonly memory: SharedArrayBuffer;
  /** Learn up to the log's end, and end; else until it is stopped. */
  readonly once: boolean;
}

/** How a learner has ended. */
export interface LearnerEnd {
  /** Why the newest checkpoint can't be read. */
  readonly unreadable?: string;
  /** Another process has taken over. */
  readonly isFencedOff?: boolean;
}

/** Where a learner runs. It does nothing before it has an order. */
export type LearnerThread = Pick<Thread<LearnerEnd | undefined>, 'ended' | 'stop' | 'terminate' | 'send'>;

export interface LearnerOwnerOptions {
  readonly pool: Pool;
  readonly log: Logger;
  readonly start: () => LearnerThread;
  /** A test shortens it. */
  readonly maxSilenceMs?: number;
}

/** The learner in a thread of its own, of this process. */
export function startLearnerThread(config: Config, log: Logger): LearnerThread {
  return startThread(path.join(__dirname, '../learner.thread.js'), log, { data: config });
}

/**
 * Holds the learner's lease for a learner that runs in another thread: it is renewed whatever the learner is at, and given
 * up only when the learner ends or reports nothing for too long. One that hangs is ended, and another takes its place.
 */
export class LearnerOwner {
  private closing = false;
  private thread: LearnerThread | undefined;
  /** Why the newest checkpoint can't be read, as logged. */
  private unreadable: string | undefined;

  constructor(private readonly options: LearnerOwnerOptions) {}

  /** Has the shop learned from whenever it gets the lease, until closed. */
  async run(): Promise<void> {
    const { pool, log } = this.options;
    // Ready before it is needed: to start one takes longer than to get the lease.
    this.thread = this.options.start();
    while (!this.closing) {
      try {
        const lease = await Lease.acquire(pool, log, LEARNER_LEASE, LEASE_MS);
        if (!lease) await pause(ACQUIRE_MS);
        else if (this.closing) await lease.release();
        else await this.own(lease, false);
      } catch (error) {
        log.warn({ error: (error as Error).message }, 'learner interrupted; it begins again from its checkpoint');
        await pause(FAILED_MS);
      }
    }
    await this.thread?.terminate();
  }

  /**
   * Has the log learned up to its end, and gives the lease back.
   * @returns how far that was; −1 where another process has taken over meanwhile
   */
  catchUp(lease: Lease, onProgress?: (position: number) => void): Promise<number> {
    return this.own(lease, true, onProgress);
  }

  /** The learner finishes what it is at, and stores a checkpoint; `run` ends. */
  async close(): Promise<void> {
    this.closing = true;
    await this.thread?.stop();
  }

  private async own(lease: Lease, once: boolean, onProgress?: (position: number) => void): Promise<number> {
    const { log, maxSilenceMs = MAX_SILENCE_MS } = this.options;
    const thread = (this.thread ??= this.options.start());
    const signals = new LearnerSignals();
    signals.report(0, 0);
    signals.hold(lease.leftMs);
    let isLost = false;
    lease.keep(
      () => signals.told,
      (reason) => {
        isLost = true;
        log.warn({ reason }, 'learner lease lost');
        void thread.terminate();
      },
      () => signals.learned,
    );
    const watch = setInterval(() => {
      signals.hold(lease.leftMs);
      onProgress?.(signals.learned);
      if (signals.silentMs < maxSilenceMs) return;
      log.error(
        { position: signals.learned, silentMs: Math.round(signals.silentMs) },
        'the learner hangs; it is replaced',
      );
      void thread.terminate();
    }, WATCH_MS);
    try {
      thread.send({ token: lease.token, memory: signals.memory, once } satisfies LearnerOrder);
      const end = await thread.ended;
      if (end?.unreadable !== undefined && once) throw new Error(end.unreadable);
      if (end?.unreadable !== undefined) await this.waitForOperator(end.unreadable, lease);
      return end?.isFencedOff ? -1 : signals.told;
    } catch (error) {
      if (isLost) return -1;
      throw error;
    } finally {
      clearInterval(watch);
      this.thread = this.closing || once ? undefined : this.options.start();
      await lease.release(signals.told).catch(() => undefined);
    }
  }

  /** Without the lease, so that a worker of another release can learn on from the checkpoint. */
  private async waitForOperator(message: string, lease: Lease): Promise<void> {
    if (message !== this.unreadable) this.options.log.error(message);
    this.unreadable = message;
    await lease.release();
    await pause(UNREADABLE_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
