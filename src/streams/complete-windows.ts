import type { WindowGrid } from './assemble-windows';

/**
 * Returns the end of the newest complete window: the newest one whose events are all counted.
 * @param grids the grids of a chain of streams: first the stream that counts events, last the requested stream. Each
 *   further stream counts the windows of the previous one. A window counts as an event at the start of the window.
 * @param settled all events that occurred before this instant are counted, except events that are received with a delay
 */
export function newestCompleteEnd(grids: readonly WindowGrid[], settled: number): number {
  const { panes } = grids.at(-1)!;
  // All windows of the previous grid that begin before `completeUntil` are complete.
  const completeUntil = grids
    .slice(0, -1)
    .reduce(
      (until, { panes, slidesPerWindow }) => panes.shiftStart(panes.paneAt(until).start, 1 - slidesPerWindow),
      settled,
    );
  return panes.paneAt(completeUntil).start;
}

/** Returns the smallest `settled` for which {@link newestCompleteEnd} returns `end` or a later instant. */
function completeSince(grids: readonly WindowGrid[], end: number): number {
  return grids.slice(0, -1).reduceRight((completeUntil, { panes, slidesPerWindow }) => {
    // Round up to a pane border. The last window that begins before that border ends `slidesPerWindow − 1` panes after
    // the border, and becomes complete then.
    const pane = panes.paneAt(completeUntil);
    return panes.shiftStart(pane.start === completeUntil ? completeUntil : pane.end, slidesPerWindow - 1);
  }, end);
}

/** A window that was the newest complete one at some time. */
export interface CompletedWindow {
  readonly end: number;
  /** The smallest value of `settled` for which the window is the newest complete one. */
  readonly completeSince: number;
}

/**
 * Returns the windows that became the newest complete one at `from` or later, in order of time. If they are fewer than
 * `least`, also returns earlier ones, but none before 1970. Returns at most the newest `most` windows.
 * @param grids as for {@link newestCompleteEnd}
 */
export function recentCompleteWindows(
  grids: readonly WindowGrid[],
  settled: number,
  { from, least, most }: { readonly from: number; readonly least: number; readonly most: number },
): CompletedWindow[] {
  const found: CompletedWindow[] = [];
  let at = settled;
  while (at >= 0 && found.length < most) {
    const end = newestCompleteEnd(grids, at);
    const since = completeSince(grids, end);
    if (since < from && found.length >= least) break;
    found.push({ end, completeSince: since });
    at = since - 1;
  }
  return found.reverse();
}
