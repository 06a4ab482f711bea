import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import { Progress } from '../platform/progress';
import type { RedisPubSub } from '../platform/pubsub';
import { LOG_TOPIC, readOutbox, type LogMessage } from './outbox';
import { newestPosition, type LogChange } from './position';

/** How long a hole may last before the table is asked: messages of concurrent batches overtake each other. */
const HOLE_MS = 30;
const COMPARE_MS = 1_000;
/** How long what the counter says may be on its way here. */
const ON_ITS_WAY_MS = 500;
/** Of a flood each has some 100 kB, and everybody waits while they are read. */
const CATCH_UP_ROWS = 50;
/** Changes kept while waiting for one before them. */
const MAX_PENDING = 2_000;

export interface LogFollowerOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly log: Logger;
  /** Reads everything anew. @returns the position that it is true at. */
  readonly load: () => Promise<number>;
  /** Applies one position's change; called in order of position, each exactly once. */
  readonly apply: (position: number, change: LogChange) => void;
}

/**
 * Keeps a process's read models at the log's newest position: subscribe and buffer, load, replay, follow. Positions are
 * gapless, so a hole is a lost message: it is read from the outbox, or, where that no longer reaches, everything is
 * loaded anew.
 */
export class LogFollower {
  /** The position applied last; −1 while loading. */
  private readonly progress = new Progress(-1);
  private newestApplied = 0;
  private readonly pending = new Map<number, LogChange | undefined>();
  private catching: Promise<void> | undefined;
  private again = false;
  private holeTimer: NodeJS.Timeout | undefined;
  private compareTimer: NodeJS.Timeout | undefined;
  private stop: (() => void)[] = [];
  private closed = false;
  private comparedAt = 0;
  private currentAt = 0;
  private newest = 0;
  private counted = 0;
  private countedBefore = 0;

  constructor(private readonly options: LogFollowerOptions) {}

  /** The position whose change was applied last. */
  get position(): number {
    return this.progress.value;
  }

  /** The newest position it has ever been at: unlike {@link position}, it does not go away while everything is loaded anew. */
  get revision(): number {
    return this.newestApplied;
  }

  /** Whether this process is at the end of the log, as last compared. */
  get current(): boolean {
    return this.position >= 0 && this.position >= this.newest && performance.now() - this.comparedAt < 5 * COMPARE_MS;
  }

  /** What keeps this process from answering for the whole log, in words; `null` where nothing does. */
  get behind(): string | null {
    if (this.position < 0) return 'the catalogue is being read';
    const since = performance.now() - this.comparedAt;
    const missing = (since > ON_ITS_WAY_MS ? this.counted : this.countedBefore) - this.position;
    if (missing > 0) return `${missing} positions behind the log`;
    return since < 5 * COMPARE_MS ? null : `not compared with the log for ${Math.round(since / 1_000)} s`;
  }

  /** The time (ms since 1970) at which this process is known to have been at the end of the log. */
  get asOf(): number {
    return this.current ? Date.now() : this.currentAt;
  }

  /** Resolves when the read models are loaded and current. */
  async start(): Promise<void> {
    const { pubSub } = this.options;
    this.stop.push(pubSub.listen(LOG_TOPIC, (message) => this.hear(JSON.parse(message.toString()) as LogMessage)));
    this.stop.push(pubSub.onReconnect(() => void this.catchUp()));
    this.moveTo(await this.options.load());
    await this.compare();
    const beat = async () => {
      await this.compare().catch((error: Error) =>
        this.options.log.warn({ error: error.message }, 'log not reachable'),
      );
      if (!this.closed) this.compareTimer = setTimeout(() => void beat(), COMPARE_MS);
    };
    this.compareTimer = setTimeout(() => void beat(), COMPARE_MS);
  }

  /** Resolves true once `position` is applied, false after `boundMs`. */
  waitFor(position: number, boundMs: number): Promise<boolean> {
    return this.progress.reaches(position, boundMs);
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.holeTimer);
    clearTimeout(this.compareTimer);
    for (const stop of this.stop) stop();
    await this.catching;
  }

  private hear(message: LogMessage): void {
    if (message.position <= this.position) return;
    if (message.position > this.newest) this.newest = message.position;
    // A follower far behind reads the table anyway: no use in keeping more.
    if (this.pending.size < MAX_PENDING) this.pending.set(message.position, message.change);
    if (this.position < 0) return;
    this.drain();
    if (this.pending.size > 0) this.holeTimer ??= setTimeout(() => void this.catchUp(), HOLE_MS);
  }

  private drain(): void {
    for (let next = this.position + 1; this.pending.has(next); next++) {
      const change = this.pending.get(next);
      if (change === undefined) break;
      this.pending.delete(next);
      this.applyOne(next, change);
    }
  }

  private applyOne(position: number, change: LogChange): void {
    this.options.apply(position, change);
    this.moveTo(position);
  }

  private moveTo(position: number): void {
    this.newestApplied = Math.max(this.newestApplied, position);
    this.progress.set(position);
  }

  private async compare(): Promise<void> {
    const counted = await newestPosition(this.options.pool);
    this.countedBefore = this.counted;
    this.counted = counted;
    this.newest = Math.max(counted, this.newest);
    this.comparedAt = performance.now();
    if (this.newest > this.position) await this.catchUp();
    if (this.current) this.currentAt = Date.now();
  }

  /** One at a time; a call during one makes it go round once more. */
  private catchUp(): Promise<void> {
    clearTimeout(this.holeTimer);
    this.holeTimer = undefined;
    if (this.catching) {
      this.again = true;
      return this.catching;
    }
    this.catching = this.readMissing()
      .catch((error: Error) => this.options.log.warn({ error: error.message }, 'not caught up'))
      .finally(() => {
        this.catching = undefined;
        if (!this.again || this.closed) return;
        this.again = false;
        void this.catchUp();
      });
    return this.catching;
  }

  private async loadAnew(): Promise<void> {
    const before = this.position;
    this.progress.set(-1); // what is heard meanwhile only waits
    try {
      this.moveTo(await this.options.load());
    } catch (error) {
      this.progress.set(before);
      throw error;
    }
  }

  private async readMissing(): Promise<void> {
    for (;;) {
      if (this.closed || this.position < 0) return;
      const rows = await readOutbox(this.options.pool, this.position, CATCH_UP_ROWS);
      if (rows.length === 0) {
        // Behind, and nothing left to catch up with: the outbox has been forgotten up to here.
        if (this.position >= (await newestPosition(this.options.pool))) return;
        await this.loadAnew();
      }
      if (rows.length > 0 && rows[0].position > this.position + 1) {
        // Positions in between may have come by pub/sub while we asked; what is still missing is gone from the outbox.
        this.drain();
        if (rows[0].position > this.position + 1) {
          this.options.log.warn({ from: this.position, to: rows[0].position }, 'gap beyond the outbox: loading anew');
          await this.loadAnew();
        }
      }
      for (const row of rows) if (row.position === this.position + 1) this.applyOne(row.position, row.change);
      for (const position of this.pending.keys()) if (position <= this.position) this.pending.delete(position);
      this.drain();
      if (rows.length > 0 && rows.length < CATCH_UP_ROWS) return;
    }
  }
}
