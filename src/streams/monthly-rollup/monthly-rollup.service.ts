import { inTransaction, type Pool } from '../../platform/postgres';
import { compileStream } from '../compile-stream';
import type { StreamVersionId } from '../window-merger.store';
import { mergeStoredWindows } from '../merge-stored-windows.store';
import type { LiveStream } from '../live-stream';
import { fingerprintOf, firstStartFrom, largeVersions, listMonths, writeMonth, readLiveVersion } from './month.store';
import { calendarMonths, supportsMonthlyRollup } from './months';
import type { Pane } from '../window/panes';

/** Minimum time between two attempts to merge the same month. An import changes the same months repeatedly. */
const RETRY_INTERVAL_MS = 10_000;
const FIRST_INSTANT = Date.UTC(1, 0, 1);

/**
 * Merges the windows of past months in a worker, so that a query over a year reads twelve rows instead of hundreds of
 * thousands of windows. The current month changes constantly and is read window by window.
 */
export class MonthlyRollup {
  /** Time of the last attempt for each month, by `<version> <start> <stream>`. */
  private readonly lastAttempts = new Map<string, number>();

  constructor(
    private readonly pool: Pool,
    private readonly now: () => number = Date.now,
  ) {}

  /** Merges the windows of one month. @returns false if there is no month to merge */
  async mergeOne(): Promise<boolean> {
    for (const [place, at] of this.lastAttempts)
      if (this.now() - at >= RETRY_INTERVAL_MS) this.lastAttempts.delete(place);
    for (const version of await largeVersions(this.pool)) if (await this.mergeNext(version)) return true;
    return false;
  }

  /** Merges the oldest month that has windows and is not merged yet. */
  private async mergeNext(version: StreamVersionId): Promise<boolean> {
    const row = await readLiveVersion(this.pool, version, false);
    if (row === undefined) return false;
    const live: LiveStream = { ...version, compiled: compileStream(row.spec) };
    if (!supportsMonthlyRollup(live)) return false;
    const months = calendarMonths(live);
    const now = this.now();
    const stored = await listMonths(this.pool, live, { start: FIRST_INSTANT, end: now });
    const known = new Set(stored.map(({ start }) => start));
    let from = row.keptFrom?.getTime() ?? FIRST_INSTANT;
    for (;;) {
      while (known.has(from)) from = months.paneAt(from).end;
      const start = await firstStartFrom(this.pool, version, from);
      if (start === null) return false;
      const month = months.paneAt(start);
      if (month.end > now) return false;
      from = month.end;
      const isWhole = row.keptFrom === null || month.start >= row.keptFrom.getTime();
      const place = `${version.version} ${month.start} ${version.stream}`;
      if (!isWhole || known.has(month.start) || this.lastAttempts.has(place)) continue;
      this.lastAttempts.set(place, now);
      await this.merge(live, month);
      return true;
    }
  }

  /** Reads and merges the windows without locks. Stores the result only if the windows have not changed since. */
  private async merge(live: LiveStream, month: Pane): Promise<void> {
    const merged = live.compiled.empty();
    const before = await inTransaction(this.pool, async (client) => {
      const fingerprint = await fingerprintOf(client, live, month);
      await mergeStoredWindows(client, live, month, [], { target: merged, targetRange: month });
      return fingerprint;
    });
    const state = merged.encode();
    await inTransaction(this.pool, async (client) => {
      // A merge of batches takes the same lock, so no window changes now.
      if ((await readLiveVersion(client, live, true)) === undefined) return;
      if ((await fingerprintOf(client, live, month)) === before) await writeMonth(client, live, month, state);
    });
  }
}
