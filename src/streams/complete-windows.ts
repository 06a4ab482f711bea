import type { Grid } from './assemble-windows';
import type { Panes } from './window/panes';

/** An instant `steps` panes before the beginning of one. */
export function panesBefore(panes: Panes, start: number, steps: number): number {
  let at = start;
  for (let step = 0; step < steps; step++) at = panes.at(at - 1).start;
  return at;
}

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
    .reduce((until, { panes, slides }) => panesBefore(panes, panes.at(until).start, slides - 1), settled);
  return panes.at(begun).start;
}

/** A window that was the newest complete one for a while. */
export interface PastWindow {
  readonly end: number;
  /** Of `settled`, from when on. */
  readonly since: number;
}

/** Panes of events that are gone through at most. */
const MOST_STEPS = 20_000;

/**
 * The windows that {@link newestComplete} would have named lately, in order of time.
 * Back to `from` and at least `least` of them, but no more than `most`.
 * @param grids as there
 */
export function pastComplete(
  grids: readonly Grid[],
  settled: number,
  { from, least, most }: { readonly from: number; readonly least: number; readonly most: number },
): PastWindow[] {
  const found: PastWindow[] = [];
  let at = settled;
  for (let step = 0; step < MOST_STEPS; step++) {
    // Within a pane of the one that counts events nothing ends.
    const { start } = grids[0].panes.at(at);
    const end = newestComplete(grids, start);
    if (found.at(-1)?.end === end) found.pop();
    else if (found.length >= most || (start < from && found.length >= least)) break;
    found.push({ end, since: start });
    at = start - 1;
  }
  return found.reverse();
}
