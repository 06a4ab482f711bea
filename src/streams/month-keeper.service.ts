import { inTransaction, type Pool } from '../platform/postgres';
import { compileStream } from './compile-stream';
import type { Version } from './fold.service';
import { calendarMonths, hasMonths, largeVersions, listMonths, mergeInto, writeMonth } from './month-store.service';
import type { StreamSpec } from './spec';
import { readStored } from './window-store.service';
import type { Pane } from './window/panes';

/** An import changes the same months again and again: they wait until it is through, or for so long. */
const PAUSE_MS = 10_000;

/**
 * Merges the windows of past months in a worker, one month a turn, so that questions about a year read twelve rows instead
 * of hundreds of thousands of windows. The current month changes all the time, and is read window by window.
 */
export class MonthKeeper {
  private readonly builtAt = new Map<string, number>();

  constructor(
    private readonly pool: Pool,
    private readonly now: () => number = Date.now,
  ) {}

  /** @returns whether a month was merged: there may be more */
  async turn(): Promise<boolean> {
    for (const { first, last, ...version } of await largeVersions(this.pool)) {
      const range = { start: first.getTime(), end: Math.min(this.now(), last.getTime() + 1) };
      if (await this.mergeOne(version, range)) return true;
    }
    return false;
  }

  /** Holds the version as a fold does, so its windows stay as they are. Whoever folds it meanwhile comes later. */
  private mergeOne({ stream, version }: Version, range: Pane): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<{ spec: StreamSpec }>({
        name: 'hold-version-of-months',
        text: `SELECT spec FROM stream_versions v WHERE stream = $1 AND version = $2 AND state = 'LIVE'
               FOR UPDATE OF v SKIP LOCKED`,
        values: [stream, version],
      });
      if (rows.length === 0) return false;
      const live = { stream, version, compiled: compileStream(rows[0].spec) };
      if (!hasMonths(live)) return false;
      const months = calendarMonths(live);
      const first = months.at(range.start);
      const stored = await listMonths(client, live, { start: first.start, end: range.end + 1 });
      const known = new Set(stored.map(({ start }) => start));
      for (let month = first; month.end <= this.now() && month.start < range.end; month = months.after(month)) {
        if (known.has(month.start) || this.isPaused(`${version} ${month.start} ${stream}`)) continue;
        const merged = live.compiled.empty();
        const days = live.compiled.window.panes;
        for (let day = days?.at(month.start); day && day.start < month.end; day = days?.after(day)) {
          const bounds = { from: day.start, to: day.end, keys: null };
          mergeInto(merged, await readStored(client, live, bounds, Number.MAX_SAFE_INTEGER - 1), month);
        }
        await writeMonth(client, live, month, merged);
        return true;
      }
      return false;
    });
  }

  private isPaused(place: string): boolean {
    const now = this.now();
    if (now - (this.builtAt.get(place) ?? -Infinity) < PAUSE_MS) return true;
    this.builtAt.set(place, now);
    return false;
  }
}
