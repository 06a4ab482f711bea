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

/** Pieces that one question may take up: those of a window with all keys that it may count apart, and its other key. */
const MAX_PIECES = MAX_MAX_KEYS + 1;
const MAX_PARTS = 10_000;
/** Of a stream of pairs, what is not folded in yet: some 50,000 events, and 0.2 s of pairs. */
const MAX_PENDING = { parts: MAX_PARTS, bytes: 1.5 * 2 ** 20, pairs: 10_000 };
/** A piece is put into each window that slides over it: all of them together. */
const MAX_PLACED_PIECES = 500_000;
/** Windows that a stream over them may count for one question. */
const MAX_COUNTED_WINDOWS = 20_000;
/** The last instant of the calendar as JavaScript has it is further. */
const NO_END = Date.UTC(9999, 0, 1);

/** Windows, in order of start and key, and which of them no live event will change any more. */
export interface Answered {
  readonly windows: readonly KeyedWindow[];
  /** Also of windows that have nothing in them. */
  readonly isFinal: (window: Pane) => boolean;
  /** Whether pairs may be missing in a window, because a key had more events than are paired. */
  readonly isIncomplete: (window: Pane) => boolean;
}

/**
 * Windows that begin in a stretch of time.
 * @param grid null: the stream's own sessions
 * @param first how many of them matter, the first; those behind them may be missing, or lack what is stored. Absent: all
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
  // Windows of other keys may have been read for the other key, and the key that was asked for may have moved to it.
  const isAsked = limits.size === 0 || range.keys === null ? null : new Set(range.keys);
  return {
    windows: windows
      .filter(({ key, start }) => start >= Math.max(from, shown.keptFrom) && start < to && isAsked?.has(key) !== false)
      .sort((a, b) => a.start - b.start || (a.key < b.key ? -1 : 1)),
    isFinal,
    isIncomplete,
  };
}

/** What batches have added and is not folded in yet, and what folding it in will move to the other key. */
export interface Unfolded extends Pending, Routed {}

/** @throws ApiError OVERLOADED where what is not folded in yet is too much to read */
export async function unfolded(client: PoolClient, shown: ShownStream): Promise<Unfolded> {
  const join = liveJoin(shown);
  const pending = join === null ? await pendingParts(client, shown) : await readPending(client, join, MAX_PENDING);
  // Without the rest of them the answer would be wrong.
  if (pending === null) throw overloaded('Workers are too far behind with this stream');
  return { ...pending, ...(await routeKeys(client, shown, pending.part, shown.keyCount)) };
}

async function pendingParts(client: PoolClient, shown: ShownStream): Promise<Pending | null> {
  const part = await readParts(client, shown, MAX_PARTS);
  return part && { part, crowded: [] };
}

interface Pieces extends Pick<Answered, 'isFinal' | 'isIncomplete'> {
  readonly pieces: Partials;
  /** By the start of a piece, the limit of the keys that are counted apart in it: empty where windows are pieces. */
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
  // Where pieces are windows, no more of them are read than are shown.
  const isOwn = grid !== null && grid.panes === compiled.window.panes && grid.slides === 1;
  const limits =
    isOwn || maxKeysOf(compiled) === null
      ? NO_LIMITS
      : new Map([...(await readLimits(client, shown, extent.start, extent.end)), ...freshLimits]);
  // Put together, a window has the smallest limit of its pieces: keys of others count under its other key.
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
    throw new ApiError('TOO_COMPLEX', `These are more than ${MAX_PIECES} windows: ask for less time, or for some keys`);
  if (grid !== null && stored.length * grid.slides > MAX_PLACED_PIECES)
    throw new ApiError(
      'TOO_COMPLEX',
      `Windows that slide ${grid.slides} times over ${stored.length} pieces: ask for less time, for some keys, or a longer slide`,
    );
  const gone = new Set(evicted.map(({ key, start }) => `${start} ${key}`));
  for (const window of stored) if (!gone.has(`${window.start} ${window.key}`)) pieces.put(window);
  const isAsked = range.keys === null ? null : new Set(range.keys);
  for (const window of part.all()) {
    const overlaps = window.start < range.to && window.end > extent.start;
    if (overlaps && (isAsked === null || isAsked.has(window.key))) pieces.put(window);
  }
  if (compiled.join === null) return { pieces, limits, isFinal, isIncomplete: NEVER };
  // A session may end after what was asked for.
  const end = pieces.all().reduce((most, window) => Math.max(most, window.end), extent.end);
  const ranges = joinRanges([...crowded, ...(await readCrowded(client, shown, { start: extent.start, end }))]);
  return { pieces, limits, isFinal, isIncomplete: (window) => overlapsOne(ranges, window) };
}

/** Counts the windows of another stream as they are now: what corrects them corrects these. */
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
      `These are more than ${MAX_COUNTED_WINDOWS} windows of ${over.stream}: ask for less time`,
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
    throw new ApiError('TOO_COMPLEX', 'Its expressions take too long for a window');
  }
  const incomplete = below === null ? windows.filter(isIncomplete) : [];
  return {
    pieces: keys === null ? counted : ofKeys(counted, new Set(keys), compiled.empty()),
    limits: NO_LIMITS,
    // A window that has nothing in it yet may still begin before the end, and be counted.
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

/** The last window of a grid that begins before an instant. */
function lastBefore({ panes, slides }: Grid, instant: number): Pane {
  const { start, end } = panes.at(instant - 1);
  let last: Pane = { start, end };
  for (let more = 1; more < slides; more++) last = panes.after(last);
  return { start, end: last.end };
}

/** Sessions that are not folded in yet may join stored ones into one: those around them are needed, too. */
function around(parts: readonly KeyedWindow[], from: number, to: number): { start: number; end: number } {
  const near = parts.filter(({ start, end }) => start < to && end > from);
  return {
    start: near.reduce((least, { start }) => Math.min(least, start), from),
    end: near.reduce((most, { end }) => Math.max(most, end), to),
  };
}
