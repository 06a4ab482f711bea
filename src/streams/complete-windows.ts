import type { Grid } from './assemble-windows';

/**
 * When the newest window ends of which all is counted.
 * @param grids from the one that counts events to the one that is asked for, each counting the windows of the one before,
 * which happen when they begin
 * @param settled all events that happened before are counted, late ones aside
 */
export function newestComplete(grids: readonly Grid[], settled: number): number {
  const { panes } = grids[grids.length - 1];
  // Windows that begin before it have all ended.
  const begun = grids
    .slice(0, -1)
    .reduce((until, { panes, slides }) => panes.shift(panes.at(until).start, 1 - slides), settled);
  return panes.at(begun).start;
}

/** From when on, of `settled`, {@link newestComplete} names the window that ends here, or a later one. */
function completeSince(grids: readonly Grid[], end: number): number {
  return grids.slice(0, -1).reduceRight((begun, { panes, slides }) => {
    const pane = panes.at(begun);
    return panes.shift(pane.start === begun ? begun : pane.end, slides - 1);
  }, end);
}

/** A window that was the newest complete one for a while. */
export interface PastWindow {
  readonly end: number;
  /** Of `settled`, from when on. */
  readonly since: number;
}

/**
 * The windows that {@link newestComplete} would have named lately, in order of time.
 * Back to `from` and at least `least` of them, but no more than `most`, and none of before 1970.
 * @param grids as there
 */
export function pastComplete(
  grids: readonly Grid[],
  settled: number,
  { from, least, most }: { readonly from: number; readonly least: number; readonly most: number },
): PastWindow[] {
  const found: PastWindow[] = [];
  for (let at = settled; at >= 0 && found.length < most; at = found[found.length - 1].since - 1) {
    const end = newestComplete(grids, at);
    const since = completeSince(grids, end);
    if (since < from && found.length >= least) break;
    found.push({ end, since });
  }
  return found.reverse();
}
