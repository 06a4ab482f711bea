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
