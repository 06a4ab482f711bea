import type { PoolClient } from '../../platform/postgres';
import { runYielding } from '../../platform/run-yielding';
import type { LiveStream } from '../live-stream';
import { readMonth, type MonthVersion } from './month.store';
import type { KeyedWindow } from '../partial-aggregates';

/** Maximum number of cached keys over all entries (about 1 KB each, 50 MB in total). */
const MAX_KEYS = 50_000;
/** Time (ms) for which decoding may block the event loop before it yields. */
const TIME_SLICE_MS = 5;

/** Caches merges of stored months until one of the months changes. Decoding a year of months takes 250 ms. */
export class MonthCache {
  private readonly merged = new Map<string, readonly KeyedWindow[]>();

  /** Returns one window per key, merged over at least one month. Callers must not modify the states of these windows. */
  async mergedMonths(
    client: PoolClient,
    live: LiveStream,
    months: readonly MonthVersion[],
  ): Promise<readonly KeyedWindow[]> {
    const place = `${live.stream} ${live.version} ${months.map(({ start, written }) => `${start}:${written}`).join(' ')}`;
    const known = this.merged.get(place);
    if (known !== undefined) return known;
    const sum = live.compiled.empty();
    const whole = { start: months[0]!.start, end: months.at(-1)!.end };
    for (const month of months) {
      const state = await readMonth(client, live, month);
      if (state !== null) await runYielding(sum.mergeSteps(state, 0, whole), TIME_SLICE_MS);
    }
    const windows = sum.all();
    this.store(place, windows);
    return windows;
  }

  private store(place: string, windows: readonly KeyedWindow[]): void {
    this.merged.set(place, windows);
    let keys = [...this.merged.values()].reduce((count, { length }) => count + length, 0);
    for (const [oldest, { length }] of this.merged) {
      if (keys <= MAX_KEYS) return;
      this.merged.delete(oldest);
      keys -= length;
    }
  }
}
