import type { Outbox } from '../events/outbox.service';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import type { RedisPubSub } from '../platform/pubsub';
import { isOutage } from '../platform/outage';
import { WindowMerger, MAX_STORED_WINDOWS, type MergeResult } from './window-merger.service';
import { type StreamVersionId } from './window-merger.store';
import type { WindowChange } from './stream-counter.service';
import { MonthlyRollup } from './monthly-rollup/monthly-rollup.service';
import { rebuildRequested } from './change-streams';
import { parseLateness } from './window/window-assigner';
import { MAX_NOTIFIED_CHANGES, WindowChangeNotifier } from './window-change-notifier.service';
import {
  readMaintainedVersions,
  readVersionsWithPartials,
  readLogProgress,
  storeWatermark,
  readFinalWindows,
  deleteVersionRows,
  deleteVersion,
  type LogProgress,
} from './stream-maintenance.store';

/**
 * Delay before pending batches are merged. Merging more batches together needs fewer writes. The delay is not visible:
 * queries also read pending batches, and subscribers are notified when a batch is counted.
 */
const MERGE_DELAY_MS = 200;
/**
 * Maximum time (ms) to merge one join without a break, so that a join with many pending events does not block the other
 * streams.
 */
const JOIN_TIME_SLICE_MS = 50;
/** Maximum number of rows of obsolete versions deleted per statement. */
const SWEPT_ROWS = 5_000;

/**
 * Maintains the windows of streams in a worker: merges pending batches, backfills new streams, advances watermarks, and
 * deletes obsolete versions. Any number of workers may run it.
 */
export class StreamMaintainer {
  private readonly merger: WindowMerger;
  private readonly notifier: WindowChangeNotifier;
  private readonly months: MonthlyRollup;
  private timer: NodeJS.Timeout | undefined;
  private currentMerge: Promise<void> = Promise.resolve();
  private currentBackfill: Promise<void> | undefined;
  private currentRollup: Promise<void> | undefined;
  private stopping = false;

  constructor(
    private readonly pool: Pool,
    pubSub: Pick<RedisPubSub, 'publish'>,
    private readonly outbox: Outbox,
    private readonly log: Logger,
  ) {
    this.merger = new WindowMerger(pool);
    this.notifier = new WindowChangeNotifier(pubSub);
    this.months = new MonthlyRollup(pool);
  }

  /** Handles a batch that was appended to the log and has changed these windows. */
  onBatchCounted(batch: number, changes: readonly WindowChange[]): void {
    if (changes.length === 0) return;
    this.notifier.onBatchCounted(batch, changes);
    this.mergeSoon();
  }

  private mergeSoon(): void {
    if (this.stopping) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.mergeNow().catch((error: Error) =>
        this.log.warn({ error: error.message }, 'streams not merged; the next run retries'),
      );
    }, MERGE_DELAY_MS);
  }

  /** Starts a merge when the current merge of this process has ended, because both need the same row locks. */
  private mergeNow(): Promise<void> {
    const folded = this.currentMerge.then(() => this.mergeAll());
    this.currentMerge = folded.catch(() => undefined);
    return folded;
  }

  /** Does the periodic work, and the work that a killed or failed process has left undone. */
  async runMaintenance(): Promise<void> {
    await rebuildRequested(this.pool, this.outbox);
    const rows = await readMaintainedVersions(this.pool);
    if (rows.length === 0) return;
    const logProgress = await readLogProgress(this.pool);
    await this.mergeNow();
    for (const { stream, version, state, lateness, retention, windows, joins } of rows) {
      if (state === 'LIVE') {
        await this.moveWatermark(stream, version, parseLateness(lateness), logProgress);
        if (retention !== null || windows > MAX_STORED_WINDOWS)
          await this.repeat(() => this.merger.removeExpired({ stream, version }, logProgress.watermark.getTime()));
        if (joins) await this.repeat(() => this.merger.trimJoinBuffer({ stream, version }));
      }
      if (state === 'GONE') await this.deleteVersion(stream, version);
    }
    const unfilled = rows.filter(({ state }) => state === 'FILLING');
    if (unfilled.length > 0)
      this.currentBackfill ??= this.backfillAll(unfilled).finally(() => (this.currentBackfill = undefined));
    this.currentRollup ??= this.rollUp().finally(() => (this.currentRollup = undefined));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await Promise.all([this.currentMerge, this.currentBackfill, this.currentRollup]);
  }

  private async rollUp(): Promise<void> {
    try {
      while (!this.stopping && (await this.months.mergeOne()));
    } catch (error) {
      this.log.warn({ error: (error as Error).message }, 'months not merged; the next run retries');
    }
  }

  private async mergeAll(): Promise<void> {
    const rows = await readVersionsWithPartials(this.pool);
    await this.mergeTogether(rows.filter(({ joins }) => !joins));
    for (const version of rows.filter(({ joins }) => joins))
      await this.runIsolated(version, () => this.mergePairs(version));
  }

  private async mergeTogether(versions: readonly StreamVersionId[]): Promise<void> {
    if (versions.length === 0) return;
    try {
      await this.mergeBatches(versions);
    } catch (error) {
      if (isOutage(error)) throw error;
      for (const version of versions) await this.runIsolated(version, () => this.mergeBatches([version]));
    }
  }

  /**
   * Runs the work of one stream. If it fails, only logs the error, so that other streams are not blocked.
   * @throws the error if it is an outage of the database
   */
  private async runIsolated({ stream }: StreamVersionId, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isOutage(error)) throw error;
      this.log.warn({ stream, error: (error as Error).message }, 'stream not merged; the next run retries');
    }
  }

  private async mergePairs(version: StreamVersionId): Promise<void> {
    const until = performance.now() + JOIN_TIME_SLICE_MS;
    for (let some = false; ; some = true) {
      const result = this.stopping ? null : await this.merger.mergePairs(version);
      for (const folded of result?.merged ?? []) this.notifier.onMerged(folded);
      if (result?.hasMore && performance.now() < until) continue;
      // More batches are pending, or another process holds the lock and may not have seen all of them.
      if (result === null ? !some : result.hasMore) this.mergeSoon();
      return;
    }
  }

  private async mergeBatches(versions: readonly StreamVersionId[]): Promise<void> {
    let missed = 0;
    await this.repeat(async () => {
      const result = await this.merger.mergeBatches(versions);
      for (const folded of result.merged) this.notifier.onMerged(folded);
      missed = result.missed;
      return result;
    });
    // Another process has locked the missed versions and may not have seen all pending batches. So try again soon.
    if (missed > 0) this.mergeSoon();
  }

  private async backfillAll(versions: readonly StreamVersionId[]): Promise<void> {
    for (const version of versions) {
      const { stream } = version;
      const hasFilled = await this.repeat(() => this.merger.backfill(version)).catch((error: Error) =>
        this.log.warn({ stream, error: error.message }, 'stream not filled; the next run retries'),
      );
      if (hasFilled) this.notifier.publishAllChanged(stream);
    }
  }

  /** Repeats work until none is left. @returns whether any work was done */
  private async repeat(work: () => Promise<MergeResult | null>): Promise<boolean> {
    for (let some = false; ; some = true) {
      const result = this.stopping ? null : await work();
      if (!result?.hasMore) return some || result !== null;
    }
  }

  /** Advances the watermark if all batches of `progress` are merged, and publishes the windows that became final. */
  private async moveWatermark(stream: string, version: number, lateness: number, progress: LogProgress): Promise<void> {
    const row = await storeWatermark(this.pool, stream, version, progress.watermark, progress.batch);
    if (!row?.before) return;
    const move = { stream, version, before: row.before, watermark: progress.watermark, lateness };
    const final = await readFinalWindows(this.pool, move, MAX_NOTIFIED_CHANGES + 1);
    this.notifier.publishChanges(
      stream,
      final.map(({ key, start }) => [key, start] as const),
    );
  }

  /** Deletes some rows of an obsolete version. The call that leaves no rows also deletes the version. */
  private async deleteVersion(stream: string, version: number): Promise<void> {
    for (const table of [
      'stream_parts',
      'stream_windows',
      'stream_months',
      'stream_late',
      'stream_join_events',
      'stream_crowded_ranges',
    ]) {
      const rowCount = await deleteVersionRows(this.pool, table, stream, version, SWEPT_ROWS);
      if (rowCount === SWEPT_ROWS) return;
    }
    await deleteVersion(this.pool, stream, version);
  }
}
