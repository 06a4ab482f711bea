import type { Pane } from '../window/panes';

/** Merges time ranges that overlap or touch. @returns disjoint ranges, in order */
export function mergeRanges(ranges: readonly Pane[]): Pane[] {
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else joined.push({ start, end });
  }
  return joined;
}

/** Whether a time range overlaps one of the ranges. @param ranges as returned by {@link mergeRanges} */
export function overlapsAny(ranges: readonly Pane[], { start, end }: Pane): boolean {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranges[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  const next = ranges[low];
  return next !== undefined && next.start < end;
}
