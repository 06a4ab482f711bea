import type { CompiledStream } from './compile-stream';
import { moveToOtherKey } from './key-limit';
import type { KeyedWindow, PartialAggregates } from './partial-aggregates';
import { MAX_SLIDES, SpecFault, type StreamSpec } from './stream-spec';
import { parseWindowLength, panesOf, slideCountOf } from './window/window-assigner';
import type { Pane, Panes } from './window/panes';

/** Windows composed of consecutive time ranges (panes). Each pane starts a window of `slidesPerWindow` panes. */
export interface WindowGrid {
  readonly panes: Panes;
  readonly slidesPerWindow: number;
}

/**
 * Returns the grid of the windows of a stream, or of coarser windows; null for sessions.
 * @param size ISO 8601 duration; null for the size of the stream
 * @param slide ISO 8601 duration; null for the slide of the stream, or for tumbling windows if `size` is given
 * @throws SpecFault
 */
export function windowGridOf(
  { spec, window }: CompiledStream,
  size: string | null,
  slide: string | null,
): WindowGrid | null {
  if (size === null && slide === null) return window.panes && { panes: window.panes, slidesPerWindow: window.slides };
  if (window.panes === null) throw new SpecFault('size', 'must be absent for SESSION windows');
  const whole = parseWindowLength('size', size ?? (spec.window.size as string));
  const step = slide === null ? whole : parseWindowLength('slide', slide);
  const slides = slideCountOf(whole, step);
  if (slides === undefined) throw new SpecFault('slide', 'must divide the size into a whole number of slides');
  if (slides > MAX_SLIDES)
    throw new SpecFault('slide', `must divide the size into at most ${MAX_SLIDES} slides; got ${slides}`);
  const panes = panesOf(step, spec.window.timeZone);
  if (!panes.consistOf(window.panes)) throw notAligned(spec.window);
  return { panes, slidesPerWindow: slides };
}

/** Returns the time range covered by the windows that begin in [from, to); null if no window begins there. */
export function extentOf({ panes, slidesPerWindow }: WindowGrid, from: number, to: number): Pane | null {
  let first = panes.paneAt(from);
  if (first.start < from) first = panes.after(first);
  if (first.start >= to) return null;
  let last = panes.paneAt(to - 1);
  for (let more = 1; more < slidesPerWindow; more++) last = panes.after(last);
  return { start: first.start, end: last.end };
}

/** The stream whose panes are combined. */
type PaneSource = Pick<CompiledStream, 'window' | 'empty'> & { readonly spec: Pick<StreamSpec, 'window'> };

/** Checks that a range begins and ends at pane boundaries. @throws SpecFault if it does not */
export function checkAligned({ window, spec }: PaneSource, { start, end }: Pane): void {
  const own = window.panes as Panes;
  if (own.paneAt(start).start !== start || own.paneAt(end).start !== end) throw notAligned(spec.window);
}

function notAligned({ slide, size, timeZone }: StreamSpec['window']): SpecFault {
  return new SpecFault(
    'size',
    `must align with the windows of the stream, which have a length of ${slide ?? size} and the time zone ${timeZone}`,
  );
}

/**
 * Combines panes into windows.
 * @param limits rank limits by start of the pane. A pane does not count a key separately if its rank is not below the
 *   limit. The limit of a window is the smallest limit of its panes, because a key that one pane does not count
 *   separately has no complete count in the window.
 * @throws SpecFault if the boundary of a window falls inside a pane
 */
export function assembleWindows(
  stream: PaneSource,
  keyedPanes: PartialAggregates,
  grid: WindowGrid,
  range: Pane,
  limits: ReadonlyMap<number, number> = new Map(),
): KeyedWindow[] {
  if (grid.panes === stream.window.panes && grid.slidesPerWindow === 1) return keyedPanes.all();
  const windows = stream.empty();
  for (const keyedPane of keyedPanes.all())
    for (const { start, end } of windowsOver(stream, grid, range, keyedPane.start)) {
      const state = grid.slidesPerWindow === 1 ? keyedPane.state : keyedPane.state.copy();
      windows.mergeWindow({ ...keyedPane, start, end, state });
    }
  if (limits.size === 0) return windows.all();
  const limitOf = new Map<number, number>();
  for (const [at, limit] of limits)
    for (const { start } of windowsOver(stream, grid, range, at))
      limitOf.set(start, Math.min(limit, limitOf.get(start) ?? Infinity));
  return moveToOtherKey(windows.all(), limitOf, stream.empty()).all();
}

/** Returns the windows that begin in a range and contain a pane. */
function windowsOver(
  stream: PaneSource,
  { panes, slidesPerWindow }: WindowGrid,
  range: Pane,
  paneStart: number,
): Pane[] {
  let last = panes.paneAt(paneStart);
  checkAligned(stream, last);
  let first = last;
  for (let before = 1; before < slidesPerWindow; before++) first = panes.paneAt(first.start - 1);
  const found: Pane[] = [];
  for (let at = 0; at < slidesPerWindow; at++) {
    if (first.start >= range.start && first.start < range.end) found.push({ start: first.start, end: last.end });
    first = panes.after(first);
    last = panes.after(last);
  }
  return found;
}
