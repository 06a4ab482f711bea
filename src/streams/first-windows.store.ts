import type { PoolClient } from '../platform/postgres';
import { checkAligned, type WindowGrid } from './assemble-windows';
import type { PartialAggregates } from './partial-aggregates';
import type { ShownStream } from './live-stream';
import { countPanes, type WindowRange } from './window.store';
import type { Pane, Panes } from './window/panes';

/** {@link narrowToFirstWindows} does not narrow a range that contains more windows than this. */
const MAX_WINDOWS = 1_000;

/**
 * Narrows a range to the time and the keys of its first windows. This avoids reading all panes (the stored parts of
 * windows) of the range for a page that shows few windows.
 * @param range from the start of a window to the end of a window
 * @param unmerged partial aggregates that are not merged into stored windows yet
 * @param first number of requested windows
 * @param maxStored maximum number of stored panes. The range is returned unchanged if it contains more of them, if it
 *   contains more than {@link MAX_WINDOWS} windows, or if the windows are hopping.
 * @throws SpecFault if the boundary of a window falls inside a pane
 */
export async function narrowToFirstWindows(
  client: PoolClient,
  shown: ShownStream,
  range: WindowRange,
  grid: WindowGrid,
  unmerged: PartialAggregates,
  first: number,
  maxStored: number,
): Promise<WindowRange> {
  const panes = grid.slidesPerWindow > 1 ? null : panesOf(grid.panes, range);
  if (panes === null) return range;
  const starts = panes.map(({ start }) => start);
  const stored = await countPanes(client, shown, range, starts, maxStored);
  if (stored.reduce((sum, { pieces }) => sum + pieces, 0) > maxStored) return range;
  const windows = panes.map((pane) => ({ pane, keys: new Set<string>() }));
  for (const { key, pane } of stored) windows[pane]!.keys.add(key);
  const keysByStart = new Map(windows.map(({ pane, keys }) => [pane.start, keys]));
  const requestedKeys = range.keys && new Set(range.keys);
  for (const { key, start } of unmerged.all())
    if (requestedKeys?.has(key) !== false) keysByStart.get(grid.panes.paneAt(start).start)?.add(key);
  const chosen = new Set<string>();
  let left = Math.max(first, 1);
  for (const { pane, keys } of windows) {
    if (keys.size > 0) checkAligned(shown.compiled, pane);
    if (left <= 0 || pane.start < shown.keptFrom) continue;
    for (const key of [...keys].sort().slice(0, left)) chosen.add(key);
    left -= keys.size;
    if (left <= 0) range = { ...range, to: pane.end };
  }
  return left > 0 ? range : { ...range, keys: [...chosen] };
}

/** Returns the panes in a range; null if there are more than {@link MAX_WINDOWS}. */
function panesOf(panes: Panes, { from, to }: WindowRange): Pane[] | null {
  const all: Pane[] = [];
  for (let pane = panes.paneAt(from); pane.start < to; pane = panes.after(pane)) {
    if (all.length === MAX_WINDOWS) return null;
    all.push(pane);
  }
  return all;
}
