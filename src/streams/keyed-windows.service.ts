import { BudgetExceeded } from '../expressions/budget';
import { ApiError } from '../graphql/errors';
import { overloaded } from '../graphql/overloaded';
import type { PoolClient } from '../platform/postgres';
import { assemble, extentOf, gridOf, type Grid } from './assemble-windows';
import { rangeOfFirst } from './first-windows.service';
import { MAX_MAX_KEYS, maxKeysOf, OTHER_KEY } from './key-limit';
import { readLimits } from './key-limit.store';
import { readParts } from './part-store.service';
import type { KeyedWindow, Partials } from './partials';
import { routeKeys, type Routed } from './route-keys.service';
import type { ShownStream } from './shown-stream.service';
import { eventOfWindow } from './window-event';
import { joinRanges, overlapsOne } from './join/crowded';
import { readCrowded } from './join/crowded.store';
import { liveJoin, readPending, type Pending } from './join/pending-pairs.service';
import { readStored, type WindowRange } from './window-store.service';
import type { Pane } from './window/panes';

/** Panes that one query may read: one for each key that a window may count separately, and one for its other key. */
const MAX_PIECES = MAX_MAX_KEYS + 1;
const MAX_PARTS = 10_000;
/** Limits for the pending batches of a join: about 50,000 events, and 0.2 s for their pairs. */
const MAX_PENDING = { parts: MAX_PARTS, bytes: 1.5 * 2 ** 20, pairs: 10_000 };
/** Maximum of panes × windows that contain each pane. A pane is added to every hopping window that contains it. */
const MAX_PLACED_PIECES = 500_000;
/** Windows of the underlying stream that one query of a stream over it may count. */
const MAX_COUNTED_WINDOWS = 20_000;
/** The latest end of a query. It is before the last instant that a JavaScript Date can represent. */
const NO_END = Date.UTC(9999, 0, 1);

/** Windows in order of start and key, with their status. */
export interface Answered {
  readonly windows: readonly KeyedWindow[];
  /** Whether no live event can change a window any more. Also answers for windows without events. */
  readonly isFinal: (window: Pane) => boolean;
  /** Whether pairs may be missing in a window, because a key had more events than the join pairs. */
  readonly isIncomplete: (window: Pane) => boolean;
}

/**
 * Loads the windows that begin in a time range.
 * @param grid null for the sessions of the stream
 * @param first number of windows that the caller needs, from the first one; later windows may be missing or incomplete.
 *   Absent for all windows
 */
export async function windowsIn(
  client: PoolClient,
  shown: ShownStream,
  range: WindowRange,
  grid: Grid | null,
  first?: number,
): Promise<Answered> {
  const { pieces, limits, isFinal, isIncomplete } = await (shown.over === null
    ? piecesOfLog(client, shown, range, grid, first)
    : piecesOver(client, shown, shown.over, range, grid as Grid));
  const { from, to } = range;
  const windows =
    grid === null ? pieces.all() : assemble(shown.compiled, pieces, grid, { start: from, end: to }, limits);
  // For the other key, windows of more keys may have been read; and a requested key may have moved to the other key.
  const isAsked = limits.size === 0 || range.keys === null ? null : new Set(range.keys);
  return {
    windows: windows
      .filter(({ key, start }) => start >= Math.max(from, shown.keptFrom) && start < to && isAsked?.has(key) !== false)
      .sort((a, b) => a.start - b.start || (a.key < b.key ? -1 : 1)),
    isFinal,
    isIncomplete,
  };
}

/** Partial aggregates that are not merged yet, and the stored windows that merging them moves to the other key. */
export interface Unfolded extends Pending, Routed {}

/** Loads the partial aggregates that are not merged yet. @throws ApiError OVERLOADED if they are too many to read */
export async function unfolded(client: PoolClient, shown: ShownStream): Promise<Unfolded> {
  const join = liveJoin(shown);
  const pending = join === null ? await pendingParts(client, shown) : await readPending(client, join, MAX_PENDING);
  // Without the remaining partial aggregates, the result would be wrong.
  if (pending === null) throw overloaded('The workers have not merged this stream’s recent events yet. Retry later.');
  return { ...pending, ...(await routeKeys(client, shown, pending.part, shown.keyCount)) };
}

async function pendingParts(client: PoolClient, shown: ShownStream): Promise<Pending | null> {
  const part = await readParts(client, shown, MAX_PARTS);
  return part && { part, crowded: [] };
}

interface Pieces extends Pick<Answered, 'isFinal' | 'isIncomplete'> {
  readonly pieces: Partials;
  /** Rank limits by start of the pane; empty if each window is one pane. */
  readonly limits: ReadonlyMap<number, number>;
}

const NO_LIMITS: ReadonlyMap<number, number> = new Map();

const NEVER = () => false;

async function piecesOfLog(
  client: PoolClient,
  shown: ShownStream,
  { from, to, keys }: WindowRange,
  grid: Grid | null,
  first?: number,
): Promise<Pieces> {
  const { compiled, watermark } = shown;
  const pieces = compiled.empty();
  const isFinal = ({ end }: Pane) => end + compiled.latenessMs <= watermark;
  const { part, crowded, evicted, limits: freshLimits } = await unfolded(client, shown);
  const extent = grid === null ? around(part.all(), from, to) : extentOf(grid, from, Math.min(to, NO_END));
  if (extent === null) return { pieces, limits: NO_LIMITS, isFinal, isIncomplete: NEVER };
  // If each window is one pane, the query reads only the requested windows.
  const isOwn = grid !== null && grid.panes === compiled.window.panes && grid.slides === 1;
  const limits =
    isOwn || maxKeysOf(compiled) === null
      ? NO_LIMITS
      : new Map([...(await readLimits(client, shown, extent.start, extent.end)), ...freshLimits]);
  // A window of several panes has the smallest rank limit of its panes. Keys of the other panes beyond that limit count
  // under its other key.
  const isOfAll = limits.size > 0 && keys?.includes(OTHER_KEY) === true;
  const whole = {
    from: Math.max(extent.start, isOwn ? shown.keptFrom : -Infinity),
    to: extent.end,
    keys: isOfAll ? null : keys,
  };
  const range =
    isOwn || grid === null || first === undefined || limits.size > 0
      ? whole
      : await rangeOfFirst(client, shown, whole, grid, part, first, MAX_PIECES);
  const wanted = isOwn && first !== undefined ? Math.min(Math.max(first, 1) + evicted.length, MAX_PIECES + 1) : null;
  const stored = await readStored(client, shown, range, MAX_PIECES, wanted);
  if (stored.length > MAX_PIECES)
    throw new ApiError(
      'TOO_COMPLEX',
      `The query reads more than ${MAX_PIECES} windows. Use a shorter time range or select keys.`,
    );
  if (grid !== null && stored.length * grid.slides > MAX_PLACED_PIECES)
    throw new ApiError(
      'TOO_COMPLEX',
      `The query combines ${stored.length} panes in windows of ${grid.slides} slides, which is too many. ` +
        'Use a shorter time range, select keys or use a longer slide.',
    );
  const gone = new Set(evicted.map(({ key, start }) => `${start} ${key}`));
  for (const window of stored) if (!gone.has(`${window.start} ${window.key}`)) pieces.put(window);
  const isAsked = range.keys === null ? null : new Set(range.keys);
  for (const window of part.all()) {
    const overlaps = window.start < range.to && window.end > extent.start;
    if (overlaps && (isAsked === null || isAsked.has(window.key))) pieces.put(window);
  }
  if (compiled.join === null) return { pieces, limits, isFinal, isIncomplete: NEVER };
  // A session may end after the requested range.
  const end = pieces.all().reduce((most, window) => Math.max(most, window.end), extent.end);
  const ranges = joinRanges([...crowded, ...(await readCrowded(client, shown, { start: extent.start, end }))]);
  return { pieces, limits, isFinal, isIncomplete: (window) => overlapsOne(ranges, window) };
}

/** Counts the current windows of another stream, so that corrections of those windows also correct these. */
async function piecesOver(
  client: PoolClient,
  { compiled }: ShownStream,
  over: ShownStream,
  { from, to, keys }: WindowRange,
  grid: Grid,
): Promise<Pieces> {
  const counted = compiled.empty();
  const extent = extentOf(grid, from, Math.min(to, NO_END));
  if (extent === null) return { pieces: counted, limits: NO_LIMITS, isFinal: NEVER, isIncomplete: NEVER };
  const below = gridOf(over.compiled, null, null);
  const read = { from: extent.start, to: extent.end, keys: null };
  const { windows, isFinal, isIncomplete } = await windowsIn(client, over, read, below);
  if (windows.length > MAX_COUNTED_WINDOWS)
    throw new ApiError(
      'TOO_COMPLEX',
      `The query reads more than ${MAX_COUNTED_WINDOWS} windows of ${over.stream}. Use a shorter time range.`,
    );
  let openFrom = Infinity;
  try {
    for (const window of windows) {
      if (!isFinal(window)) openFrom = Math.min(openFrom, window.start);
      const arrival = { receivedAt: window.start, backfill: true };
      compiled.take(eventOfWindow(over.stream, over.compiled.spec, window), arrival, counted, window.revision);
    }
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    throw new ApiError(
      'TOO_COMPLEX',
      'The expressions of the stream are too expensive to evaluate for one window. Simplify them.',
    );
  }
  const incomplete = below === null ? windows.filter(isIncomplete) : [];
  return {
    pieces: keys === null ? counted : ofKeys(counted, new Set(keys), compiled.empty()),
    limits: NO_LIMITS,
    // A window that has no events yet may still begin before `end` and then be counted.
    isFinal: ({ end }) => end <= openFrom && isFinal(below === null ? { start: end, end } : lastBefore(below, end)),
    isIncomplete: ({ start, end }) =>
      isIncomplete({ start, end: below === null ? end : lastBefore(below, end).end }) ||
      incomplete.some((session) => session.start >= start && session.start < end),
  };
}

function ofKeys(pieces: Partials, keys: ReadonlySet<string>, into: Partials): Partials {
  for (const piece of pieces.all()) if (keys.has(piece.key)) into.put(piece);
  return into;
}

/** Returns the last window of a grid that begins before an instant. */
function lastBefore({ panes, slides }: Grid, instant: number): Pane {
  const { start, end } = panes.at(instant - 1);
  let last: Pane = { start, end };
  for (let more = 1; more < slides; more++) last = panes.after(last);
  return { start, end: last.end };
}

/**
 * Extends a range by the unmerged sessions that overlap it, because they may merge with stored sessions around them.
 */
function around(parts: readonly KeyedWindow[], from: number, to: number): { start: number; end: number } {
  const near = parts.filter(({ start, end }) => start < to && end > from);
  return {
    start: near.reduce((least, { start }) => Math.min(least, start), from),
    end: near.reduce((most, { end }) => Math.max(most, end), to),
  };
}
