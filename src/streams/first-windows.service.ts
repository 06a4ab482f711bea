import type { PoolClient } from '../platform/postgres';
import { checkUncut, type Grid } from './assemble-windows';
import type { Partials } from './partials';
import type { ShownStream } from './shown-stream.service';
import { countPieces, type WindowRange } from './window-store.service';
import type { Pane, Panes } from './window/panes';

/** Windows, one after the other, among which the first are looked for. */
const MAX_PANES = 1_000;

/**
 * In what stretch of time, and of which keys, the pieces are that the first windows are put together of: few windows are
 * shown, and without it all pieces would be read for them.
 * @param range from where a window begins to where one ends
 * @param unfolded what is not stored yet
 * @param first windows that are wanted
 * @param most stored pieces; where these are more, or the windows too many, or slide, it is all of the range
 * @throws SpecFault where an edge of a window falls within a piece
 */
export async function rangeOfFirst(
  client: PoolClient,
  shown: ShownStream,
  range: WindowRange,
  grid: Grid,
  unfolded: Partials,
  first: number,
  most: number,
): Promise<WindowRange> {
  const panes = grid.slides > 1 ? null : panesOf(grid.panes, range);
  if (panes === null) return range;
  const starts = panes.map(({ start }) => start);
  const stored = await countPieces(client, shown, range, starts, most);
  if (stored.reduce((sum, { pieces }) => sum + pieces, 0) > most) return range;
  const keys = panes.map(() => new Set<string>());
  for (const { key, pane } of stored) keys[pane].add(key);
  const places = new Map(starts.map((start, at) => [start, at]));
  const isAsked = range.keys && new Set(range.keys);
  for (const { key, start } of unfolded.all()) {
    const at = places.get(grid.panes.at(start).start);
    if (at !== undefined && isAsked?.has(key) !== false) keys[at].add(key);
  }
  const chosen = new Set<string>();
  let left = Math.max(first, 1);
  for (const [at, pane] of panes.entries()) {
    if (keys[at].size > 0) checkUncut(shown.compiled, pane);
    if (left <= 0 || pane.start < shown.keptFrom) continue;
    for (const key of [...keys[at]].sort().slice(0, left)) chosen.add(key);
    left -= keys[at].size;
    if (left <= 0) range = { ...range, to: pane.end };
  }
  return left > 0 ? range : { ...range, keys: [...chosen] };
}

/** Null where they are too many. */
function panesOf(panes: Panes, { from, to }: WindowRange): Pane[] | null {
  const all: Pane[] = [];
  for (let pane = panes.at(from); pane.start < to; pane = panes.after(pane)) {
    if (all.length === MAX_PANES) return null;
    all.push(pane);
  }
  return all;
}
