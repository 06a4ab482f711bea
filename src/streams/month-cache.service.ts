import type { PoolClient } from '../platform/postgres';
import type { LiveStream } from './live-streams.service';
import { mergeInto, readMonths, type MonthVersion } from './month-store.service';
import type { Partials } from './partials';

/** Keys of all months that are cached together: some 50 MB. */
const MAX_KEYS = 50_000;

/** Merged months put together, as long as they stay what they are: decoding a year of them takes a quarter of a second. */
export class MonthCache {
  private readonly merged = new Map<string, Partials>();

  /** The windows of these months, one for each key. It stays as it is: copy its cells before they are merged. */
  async sumOf(client: PoolClient, live: LiveStream, months: readonly MonthVersion[]): Promise<Partials> {
    const place = `${live.stream} ${live.version} ${months.map(({ start, written }) => `${start}:${written}`).join(' ')}`;
    const known = this.merged.get(place);
    if (known !== undefined) return known;
    const sum = live.compiled.empty();
    const [first, last] = [months[0], months[months.length - 1]];
    for (const { state } of await readMonths(client, live, months)) {
      const month = live.compiled.empty();
      month.mergeEncoded(state, 0);
      mergeInto(sum, month.all(), { start: first.start, end: last.end });
      // A month takes some 20 ms: others have their turn.
      await new Promise(setImmediate);
    }
    this.keep(place, sum);
    return sum;
  }

  private keep(place: string, sum: Partials): void {
    this.merged.set(place, sum);
    let keys = [...this.merged.values()].reduce((count, each) => count + each.all().length, 0);
    for (const [oldest, each] of this.merged) {
      if (keys <= MAX_KEYS) return;
      this.merged.delete(oldest);
      keys -= each.all().length;
    }
  }
}
