import type { CompiledStream } from './compile-stream';
import { moveToOther } from './key-limit';
import type { KeyedWindow, Partials } from './partials';
import { MAX_SLIDES, SpecFault, type StreamSpec } from './spec';
import { lengthOf, panesOf, slidesOf } from './stream-window';
import type { Pane, Panes } from './window/panes';

/** Windows made of the pieces that a stream counts: `slides` of `panes` each, one beginning with every pane. */
export interface Grid {
  readonly panes: Panes;
  readonly slides: number;
}

/**
 * The windows of a stream, or coarser ones.
 * @param size and slide ISO 8601; null: the stream's own, and for a size of its own no slide but itself
 * @throws SpecFault
 */
export function gridOf({ spec, window }: CompiledStream, size: string | null, slide: string | null): Grid | null {
  if (size === null && slide === null) return window.panes && { panes: window.panes, slides: window.slides };
  if (window.panes === null) throw new SpecFault('size', 'sessions have no other size');
  const whole = lengthOf('size', size ?? (spec.window.size as string));
  const step = slide === null ? whole : lengthOf('slide', slide);
  const slides = slidesOf(whole, step);
  if (slides === undefined) throw new SpecFault('slide', 'the size is no whole number of slides');
  if (slides > MAX_SLIDES)
    throw new SpecFault('slide', `a window has up to ${MAX_SLIDES} slides, and this one ${slides}`);
  return { panes: panesOf(step, spec.window.timeZone), slides };
}

/** The time that windows beginning in [from, to) take up together; null where none begins. */
export function extentOf({ panes, slides }: Grid, from: number, to: number): Pane | null {
  let first = panes.at(from);
  if (first.start < from) first = panes.after(first);
  if (first.start >= to) return null;
  let last = panes.at(to - 1);
  for (let more = 1; more < slides; more++) last = panes.after(last);
  return { start: first.start, end: last.end };
}

/** Who counted the pieces. */
type Counted = Pick<CompiledStream, 'window' | 'empty'> & { readonly spec: Pick<StreamSpec, 'window'> };

/** @throws SpecFault where an edge of a window falls within a piece */
export function checkUncut({ window, spec }: Counted, { start, end }: Pane): void {
  const own = window.panes as Panes;
  if (own.at(start).start === start && own.at(end).start === end) return;
  throw new SpecFault(
    'size',
    `windows of it would cut through the stream's own, of ${spec.window.slide ?? spec.window.size}`,
  );
}

/**
 * Puts pieces together, and keeps what is in them.
 * @param limits none by default; by the start of a piece: a key that one piece of a window does not count apart, the window does not either
 * @throws SpecFault where a window's edge falls within a piece
 */
export function assemble(
  stream: Counted,
  pieces: Partials,
  grid: Grid,
  range: Pane,
  limits: ReadonlyMap<number, number> = new Map(),
): KeyedWindow[] {
  if (grid.panes === stream.window.panes && grid.slides === 1) return pieces.all();
  const windows = stream.empty();
  for (const piece of pieces.all())
    for (const { start, end } of windowsOver(stream, grid, range, piece.start)) {
      const cells = grid.slides === 1 ? piece.cells : piece.cells.copy();
      windows.put({ ...piece, start, end, cells });
    }
  if (limits.size === 0) return windows.all();
  const limitOf = new Map<number, number>();
  for (const [at, limit] of limits)
    for (const { start } of windowsOver(stream, grid, range, at))
      limitOf.set(start, Math.min(limit, limitOf.get(start) ?? Infinity));
  return moveToOther(windows.all(), limitOf, stream.empty()).all();
}

/** The windows in a range that a piece is part of. */
function windowsOver(stream: Counted, { panes, slides }: Grid, range: Pane, pieceStart: number): Pane[] {
  let last = panes.at(pieceStart);
  checkUncut(stream, last);
  let first = last;
  for (let before = 1; before < slides; before++) first = panes.at(first.start - 1);
  const found: Pane[] = [];
  for (let at = 0; at < slides; at++) {
    if (first.start >= range.start && first.start < range.end) found.push({ start: first.start, end: last.end });
    first = panes.after(first);
    last = panes.after(last);
  }
  return found;
}
