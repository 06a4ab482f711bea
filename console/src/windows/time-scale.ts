import type { Mark } from './window-mark';

export interface Bar {
  /** Start and end, seconds since 1970. */
  readonly at: number;
  readonly until: number;
  readonly value: number | null;
  readonly mark: Mark;
}

/**
 * Adds empty bars where there is no window, so that time is drawn to scale.
 * @param bars the oldest first
 * @param least minimum number of positions; the last is that of the newest bar, or of `upTo` (seconds) if that is later
 */
export function fillGaps(bars: readonly Bar[], least = 30, upTo = 0, most = 400): Bar[] {
  const [first] = bars;
  const last = bars.at(-1);
  if (first === undefined || last === undefined) return [];
  const step = Math.min(last.until - last.at, ...bars.slice(1).map(({ at }, index) => at - bars[index]!.at));
  const empty = (at: number): Bar => ({ at, until: at + step, value: null, mark: 'final' });
  const end = last.at + Math.max(0, Math.floor((upTo - last.at) / step)) * step;
  const count = Math.max(least, (end - first.at) / step + 1);
  // Sessions start at any time, some days have 23 or 25 hours, and a shop may have no events for a year.
  const isRegular = bars.every(({ at }) => Number.isInteger((end - at) / step));
  if (!isRegular || count > most) return [empty(first.at - step), ...bars];
  const byTime = new Map(bars.map((bar) => [bar.at, bar]));
  return Array.from({ length: count }, (_, place) => {
    const at = end - (count - 1 - place) * step;
    return byTime.get(at) ?? empty(at);
  });
}
