import { BudgetExceeded } from '../expressions/budget';
import { ApiError } from '../graphql/errors';
import { overloadedError } from '../graphql/limits/overloaded-error';
import type { PoolClient } from '../platform/postgres';
import { assembleWindows, extentOf, windowGridOf, type WindowGrid } from './assemble-windows';
import { narrowToFirstWindows } from './first-windows.store';
import { MAX_KEYS_LIMIT, maxKeysOf, OTHER_KEY } from './key-limit';
import { readLimits } from './key-limit.store';
import { readPartials } from './partial-aggregates.store';
import type { KeyedWindow, PartialAggregates } from './partial-aggregates';
import { applyKeyLimits, type LimitedPartials } from './apply-key-limits.store';
import type { ShownStream } from './live-stream';
import { eventOfWindow } from './window-event';
import { mergeRanges, overlapsAny } from './join/time-ranges';
import { readIncompleteRanges } from './join/incomplete-ranges.store';
import { asLiveJoin, loadPendingPairs, type PendingPartials } from './join/pending-pairs.store';
import { readStoredWindows, type WindowRange } from './window.store';
import type { Pane } from './window/panes';

/** Maximum number of panes (windows, or slides of hopping windows) per query: enough for all keys of one window. */
const MAX_PANES_READ = MAX_KEYS_LIMIT + 1;
const MAX_PENDING_BATCHES = 10_000;
/** Limits for reading the pending batches of a join: `bytes` allows about 50,000 events; `pairs` takes about 0.2 s. */
const MAX_PENDING = { parts: MAX_PENDING_BATCHES, bytes: 1.5 * 2 ** 20, pairs: 10_000 };
/** Maximum number of additions of panes to windows. A pane is added to every hopping window that contains it. */
const MAX_PANE_PLACEMENTS = 500_000;
/** For a stream that counts the windows of another stream: the maximum number of these windows that a query reads. */
const MAX_COUNTED_WINDOWS = 20_000;
/** The latest end of a query. It is before the last instant that a JavaScript Date can represent. */
const NO_END = Date.UTC(9999, 0, 1);

/** Windows in order of start and key, with their status. */
export interface LoadedWindows {
  readonly windows: readonly KeyedWindow[];
  /** Whether no live (not imported) event can change a window any more. Also valid for windows without events. */
  readonly isFinal: (window: Pane) => boolean;
  /** Whether pairs may be missing in a window, because a key had more events than the join pairs. */
  readonly isIncomplete: (window: Pane) => boolean;
}

/**
 * Loads the windows that begin in a time range.
 * @param grid the grid of the windows; null for a stream with sessions
 * @param first number of earliest windows that the caller needs; later windows may be missing or incomplete. Absent for
 *   all windows
 */
export async function loadWindows(
  client: PoolClient,
  shown: ShownStream,
  range: WindowRange,
  grid: WindowGrid | null,
  first?: number,
): Promise<LoadedWindows> {
  const { panes, limits, isFinal, isIncomplete } = await (shown.over === null
    ? loadPanesOfLog(client, shown, range, grid, first)
    : loadPanesOfStream(client, shown, shown.over, range, grid as WindowGrid));
  const { from, to } = range;
  const windows =
    grid === null ? panes.all() : assembleWindows(shown.compiled, panes, grid, { start: from, end: to }, limits);
  // Filters by key again: if OTHER_KEY (all keys beyond `maxKeys`) is requested, windows of all keys may have been
  // read, and a requested key may have become part of OTHER_KEY.
  const requestedKeys = limits.size === 0 || range.keys === null ? null : new Set(range.keys);
  return {
    windows: windows
      .filter(
        ({ key, start }) => start >= Math.max(from, shown.keptFrom) && start < to && requestedKeys?.has(key) !== false,
      )
      .sort((a, b) => a.start - b.start || (a.key < b.key ? -1 : 1)),
    isFinal,
    isIncomplete,
  };
}

/** Partial aggregates that are not merged yet. Merging them moves the windows in `evicted` to {@link OTHER_KEY}. */
export interface UnmergedPartials extends PendingPartials, LimitedPartials {}

/** Loads the partial aggregates that are not merged yet. @throws ApiError OVERLOADED if they are too many to read */
export async function loadUnmerged(client: PoolClient, shown: ShownStream): Promise<UnmergedPartials> {
  const join = asLiveJoin(shown);
  const pending =
    join === null ? await loadPendingPartials(client, shown) : await loadPendingPairs(client, join, MAX_PENDING);
  // There are too many partial aggregates to read, and a result without some of them would be wrong.
  if (pending === null)
    throw overloadedError('The workers have not merged this stream’s recent events yet. Retry later.');
  return { ...pending, ...(await applyKeyLimits(client, shown, pending.part, shown.keyCount)) };
}

async function loadPendingPartials(client: PoolClient, shown: ShownStream): Promise<PendingPartials | null> {
  const part = await readPartials(client, shown, MAX_PENDING_BATCHES);
  return part && { part, incompleteRanges: [] };
}

interface LoadedPanes extends Pick<LoadedWindows, 'isFinal' | 'isIncomplete'> {
  readonly panes: PartialAggregates;
  /**
   * Rank limits by start of the pane. In a pane, keys whose rank (by hash) is not below the limit are counted under
   * OTHER_KEY. Empty if each window is one pane.
   */
  readonly limits: ReadonlyMap<number, number>;
}

const NO_LIMITS: ReadonlyMap<number, number> = new Map();

const NEVER = () => false;

async function loadPanesOfLog(
  client: PoolClient,
  shown: ShownStream,
  { from, to, keys }: WindowRange,
  grid: WindowGrid | null,
  first?: number,
): Promise<LoadedPanes> {
  const { compiled, watermark } = shown;
  const panes = compiled.empty();
  const isFinal = ({ end }: Pane) => end + compiled.latenessMs <= watermark;
  const { part, incompleteRanges, evicted, limits: freshLimits } = await loadUnmerged(client, shown);
  const extent = grid === null ? extendToSessions(part.all(), from, to) : extentOf(grid, from, Math.min(to, NO_END));
  if (extent === null) return { panes, limits: NO_LIMITS, isFinal, isIncomplete: NEVER };
  // If each window is one pane, the query reads only the requested windows.
  const isOnePanePerWindow = grid !== null && grid.panes === compiled.window.panes && grid.slidesPerWindow === 1;
  const limits =
    isOnePanePerWindow || maxKeysOf(compiled) === null
      ? NO_LIMITS
      : new Map([...(await readLimits(client, shown, extent.start, extent.end)), ...freshLimits]);
  // The rank limit of a window is the smallest limit of its panes. A key beyond it belongs to OTHER_KEY in the window,
  // although some panes may still store the key separately. So to compute the window of OTHER_KEY, the panes of all
  // keys are read.
  const isOfAll = limits.size > 0 && keys?.includes(OTHER_KEY) === true;
  const whole = {
    from: Math.max(extent.start, isOnePanePerWindow ? shown.keptFrom : -Infinity),
    to: extent.end,
    keys: isOfAll ? null : keys,
  };
  const range =
    isOnePanePerWindow || grid === null || first === undefined || limits.size > 0
      ? whole
      : await narrowToFirstWindows(client, shown, whole, grid, part, first, MAX_PANES_READ);
  const firstCount =
    isOnePanePerWindow && first !== undefined
      ? Math.min(Math.max(first, 1) + evicted.length, MAX_PANES_READ + 1)
      : null;
  const stored = await readStoredWindows(client, shown, range, MAX_PANES_READ, firstCount);
  if (stored.length > MAX_PANES_READ)
    throw new ApiError(
      'TOO_COMPLEX',
      `The query reads more than ${MAX_PANES_READ} windows. Use a shorter time range or select keys.`,
    );
  if (grid !== null && stored.length * grid.slidesPerWindow > MAX_PANE_PLACEMENTS)
    throw new ApiError(
      'TOO_COMPLEX',
      `The query combines ${stored.length} panes in windows of ${grid.slidesPerWindow} slides, which is too many. ` +
        'Use a shorter time range, select keys or use a longer slide.',
    );
  const gone = new Set(evicted.map(({ key, start }) => `${start} ${key}`));
  for (const window of stored) if (!gone.has(`${window.start} ${window.key}`)) panes.mergeWindow(window);
  const requestedKeys = range.keys === null ? null : new Set(range.keys);
  for (const window of part.all()) {
    const overlaps = window.start < range.to && window.end > extent.start;
    if (overlaps && (requestedKeys === null || requestedKeys.has(window.key))) panes.mergeWindow(window);
  }
  if (compiled.join === null) return { panes, limits, isFinal, isIncomplete: NEVER };
  // A session may end after the requested range.
  const end = panes.all().reduce((most, window) => Math.max(most, window.end), extent.end);
  const ranges = mergeRanges([
    ...incompleteRanges,
    ...(await readIncompleteRanges(client, shown, { start: extent.start, end })),
  ]);
  return { panes, limits, isFinal, isIncomplete: (window) => overlapsAny(ranges, window) };
}

/** Counts the windows of another stream at query time. So a correction of such a window also corrects the result. */
async function loadPanesOfStream(
  client: PoolClient,
  { compiled }: ShownStream,
  over: ShownStream,
  { from, to, keys }: WindowRange,
  grid: WindowGrid,
): Promise<LoadedPanes> {
  const counted = compiled.empty();
  const extent = extentOf(grid, from, Math.min(to, NO_END));
  if (extent === null) return { panes: counted, limits: NO_LIMITS, isFinal: NEVER, isIncomplete: NEVER };
  const overGrid = windowGridOf(over.compiled, null, null);
  const overRange = { from: extent.start, to: extent.end, keys: null };
  const { windows, isFinal, isIncomplete } = await loadWindows(client, over, overRange, overGrid);
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
      compiled.add(eventOfWindow(over.stream, over.compiled.spec, window), arrival, counted, window.revision);
    }
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    throw new ApiError(
      'TOO_COMPLEX',
      'The expressions of the stream are too expensive to evaluate for one window. Simplify them.',
    );
  }
  const incomplete = overGrid === null ? windows.filter(isIncomplete) : [];
  return {
    panes: keys === null ? counted : selectKeys(counted, new Set(keys), compiled.empty()),
    limits: NO_LIMITS,
    // A window of the other stream that begins before `end` may still get its first events. So the last such window
    // must be final, too.
    isFinal: ({ end }) =>
      end <= openFrom && isFinal(overGrid === null ? { start: end, end } : lastBefore(overGrid, end)),
    isIncomplete: ({ start, end }) =>
      isIncomplete({ start, end: overGrid === null ? end : lastBefore(overGrid, end).end }) ||
      incomplete.some((session) => session.start >= start && session.start < end),
  };
}

function selectKeys(pieces: PartialAggregates, keys: ReadonlySet<string>, into: PartialAggregates): PartialAggregates {
  for (const piece of pieces.all()) if (keys.has(piece.key)) into.mergeWindow(piece);
  return into;
}

/** Returns the last window of a grid that begins before an instant. */
function lastBefore({ panes, slidesPerWindow }: WindowGrid, instant: number): Pane {
  const { start, end } = panes.paneAt(instant - 1);
  let last: Pane = { start, end };
  for (let more = 1; more < slidesPerWindow; more++) last = panes.after(last);
  return { start, end: last.end };
}

/** Extends a range by the unmerged sessions that overlap it, because they may merge with stored sessions nearby. */
function extendToSessions(parts: readonly KeyedWindow[], from: number, to: number): { start: number; end: number } {
  const near = parts.filter(({ start, end }) => start < to && end > from);
  return {
    start: near.reduce((least, { start }) => Math.min(least, start), from),
    end: near.reduce((most, { end }) => Math.max(most, end), to),
  };
}
