import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import type { RedisPubSub } from '../platform/pubsub';
import { Replica } from '../platform/replica';
import { LOG_TOPIC, type LogMessage } from './outbox.service';
import { readOutbox } from './outbox.store';
import { newestPosition, type LogChange } from './position.store';

/**
 * How long a log position may be missing between received messages before the outbox is read. Short gaps are normal,
 * because messages of concurrent batches overtake each other.
 */
const MAX_GAP_MS = 30;
const COMPARE_INTERVAL_MS = 1_000;
/**
 * How long a message may take to arrive after the database shows its log position. During this time, the process does
 * not count as behind.
 */
const DELIVERY_GRACE_MS = 500;
/**
 * Rows of the outbox per read. During a flood of events a row has about 100 kB, and parsing rows blocks the event loop.
 */
const CATCH_UP_ROWS = 50;
/** Maximum number of changes in memory that wait for the change of an earlier position. */
const MAX_PENDING = 2_000;

export interface LogFollowerOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly log: Logger;
  /**
   * Loads all read models (the data that this process holds in memory). @returns the log position of the loaded state
   */
  readonly load: () => Promise<number>;
  /**
   * Applies the change of one position. Called in order of position, at most once per position: positions that a load
   * covers are skipped.
   */
  readonly apply: (position: number, change: LogChange) => void;
}

/**
 * Updates a process's read models to the log's newest position: subscribes to changes and buffers them, loads the read
 * models, applies the buffered changes, and then applies each new change. Log positions are consecutive, so a gap that
 * lasts means a lost message. The follower then reads the missing changes from the outbox. If the outbox no longer has
 * them, it reloads everything.
 */
export class LogFollower extends Replica {
  private newestApplied = 0;
  /**
   * Changes that wait for the change of an earlier position. `undefined`: the change was too long for its message and
   * must be read from the outbox.
   */
  private readonly pending = new Map<number, LogChange | undefined>();
  private gapTimer: NodeJS.Timeout | undefined;
  /** Time of the last comparison with the newest position in the database, as returned by `performance.now()`. */
  private comparedAtUptimeMs = 0;
  /** The last time at which a comparison found this process at the end of the log, in milliseconds since 1970. */
  private currentAtEpochMs = 0;
  /** The highest log position that any message or comparison has shown. */
  private newestKnown = 0;
  /** The newest log position in the database at the last comparison, and at the one before it. */
  private comparedPosition = 0;
  private previousComparedPosition = 0;

  constructor(private readonly options: LogFollowerOptions) {
    super({
      ...options,
      topic: LOG_TOPIC,
      from: -1,
      compareMs: COMPARE_INTERVAL_MS,
      failure: 'not caught up with the log; it will be tried again',
    });
  }

  /** The newest position ever applied. Unlike {@link position}, which is −1 while loading, it never decreases. */
  get revision(): number {
    return this.newestApplied;
  }

  /** Whether this process was at the end of the log at the last comparison, and the comparison is recent. */
  get isCurrent(): boolean {
    return (
      this.position >= 0 &&
      this.position >= this.newestKnown &&
      performance.now() - this.comparedAtUptimeMs < 5 * COMPARE_INTERVAL_MS
    );
  }

  /** A message that says why this process is not up to date with the log; `null` if it is. */
  get lagReason(): string | null {
    if (this.position < 0) return 'the catalogue is being loaded';
    const msSinceComparison = performance.now() - this.comparedAtUptimeMs;
    // During the grace period, only the positions up to `previousComparedPosition` count as missing. The messages of
    // newer positions may still be on their way.
    const missingCount =
      (msSinceComparison > DELIVERY_GRACE_MS ? this.comparedPosition : this.previousComparedPosition) - this.position;
    if (missingCount > 0) return `${missingCount} positions behind the log`;
    return msSinceComparison < 5 * COMPARE_INTERVAL_MS
      ? null
      : `not compared with the log for ${Math.round(msSinceComparison / 1_000)} s`;
  }

  /** The latest time (ms since 1970) at which this process was at the end of the log. */
  get asOf(): number {
    return this.isCurrent ? Date.now() : this.currentAtEpochMs;
  }

  override async close(): Promise<void> {
    clearTimeout(this.gapTimer);
    await super.close();
  }

  protected async loadFirst(): Promise<void> {
    this.moveTo(await this.options.load());
    await this.compare();
  }

  protected receive(bytes: Buffer): void {
    const message = JSON.parse(bytes.toString()) as LogMessage;
    if (message.position <= this.position) return;
    if (message.position > this.newestKnown) this.newestKnown = message.position;
    // A follower that is far behind reads the outbox anyway, so buffering more is useless.
    if (this.pending.size < MAX_PENDING) this.pending.set(message.position, message.change);
    if (this.position < 0) return;
    this.applyPending();
    if (this.pending.size > 0) this.gapTimer ??= setTimeout(() => void this.catchUp(), MAX_GAP_MS);
  }

  private applyPending(): void {
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

  protected async compare(): Promise<void> {
    const newestCommitted = await newestPosition(this.options.pool);
    this.previousComparedPosition = this.comparedPosition;
    this.comparedPosition = newestCommitted;
    this.newestKnown = Math.max(newestCommitted, this.newestKnown);
    this.comparedAtUptimeMs = performance.now();
    if (this.newestKnown > this.position) await this.catchUp();
    if (this.isCurrent) this.currentAtEpochMs = Date.now();
  }

  private async reload(): Promise<void> {
    const before = this.position;
    this.progress.set(-1); // messages that arrive during the reload are buffered
    try {
      this.moveTo(await this.options.load());
    } catch (error) {
      this.progress.set(before);
      throw error;
    }
  }

  private readNext() {
    return readOutbox(this.options.pool, this.position, CATCH_UP_ROWS);
  }

  protected async readMissing(): Promise<void> {
    clearTimeout(this.gapTimer);
    this.gapTimer = undefined;
    for (;;) {
      if (this.closed || this.position < 0) return;
      let rows = await this.readNext();
      if (rows.length === 0) {
        const newestCommitted = await newestPosition(this.options.pool);
        if (this.position >= newestCommitted) return;
        // The position may have been committed since the first read. If its row is still missing, it has been deleted.
        rows = await this.readNext();
        if (rows.length === 0 && this.position < newestCommitted) await this.reload();
      }
      const [first] = rows;
      if (first !== undefined && first.position > this.position + 1) {
        // The outbox no longer has the changes before `first`. Pub/sub may have delivered them during the query.
        this.applyPending();
        if (first.position > this.position + 1) {
          this.options.log.warn(
            { from: this.position, to: first.position },
            'the outbox lacks positions of a gap: reloading',
          );
          await this.reload();
        }
      }
      for (const row of rows) if (row.position === this.position + 1) this.applyOne(row.position, row.change);
      for (const position of this.pending.keys()) if (position <= this.position) this.pending.delete(position);
      this.applyPending();
      if (rows.length > 0 && rows.length < CATCH_UP_ROWS) return;
    }
  }
}
