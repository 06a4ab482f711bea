import { ApiError } from '../graphql/errors';
import { inSnapshot, type Pool, type PoolClient } from '../platform/postgres';
import { windowGridOf, type WindowGrid } from './assemble-windows';
import { decodeKey } from './key-encoding';
import { OTHER_KEY } from './key-limit';
import { loadUnmerged, loadWindows } from './load-windows.store';
import type { KeyedWindow } from './partial-aggregates';
import { notReadyError, ShownStreams } from './shown-stream.service';
import { type ShownStream } from './live-stream';
import { SpecFault } from './stream-spec';
import type { WindowsSnapshot } from './subscriber-view';
import { type WindowRange, readNewestWindows } from './window.store';
import { valuesOf } from './window-values';
import type { Window } from './window.type';

export interface WindowsQuery {
  readonly stream: string;
  readonly from: number;
  readonly to: number;
  readonly keys: readonly string[] | null;
  readonly size: string | null;
  readonly slide: string | null;
  /** Maximum number of windows after `offset`; absent for all. */
  readonly first?: number;
  /** Number of windows to skip. Default 0. */
  readonly offset?: number;
}

/** Reads windows of streams. Results include batches that are not merged yet, so they cover the whole log. */
export class WindowsService {
  private readonly streams = new ShownStreams();

  constructor(private readonly pool: Pool) {}

  /** Returns windows in order of start and key. @throws ApiError NOT_FOUND, NOT_READY, BAD_USER_INPUT or TOO_COMPLEX */
  async windows(question: WindowsQuery): Promise<Window[]> {
    try {
      return await inSnapshot(this.pool, async (client) => {
        const { stream, size, slide, first, offset, ...range } = question;
        const shown = await this.streams.find(client, stream);
        if (shown === null) throw await notReadyError(client, stream);
        return queryWindows(client, shown, range, windowGridOf(shown.compiled, size, slide), first, offset);
      });
    } catch (error) {
      if (error instanceof SpecFault) throw new ApiError('BAD_USER_INPUT', `${error.path}: ${error.message}`);
      throw error;
    }
  }

  /**
   * Returns the windows that contain these panes. If the snapshot covers a window and does not contain it, the window
   * no longer exists.
   * @param keyedPanes `[key, start]` of windows, or of slides of hopping windows
   */
  containing(stream: string, keyedPanes: readonly KeyAndStart[]): Promise<WindowsSnapshot<Window>> {
    return inSnapshot(this.pool, async (client) => {
      const shown = await this.streams.find(client, stream);
      return shown === null ? EMPTY_SNAPSHOT : windowsContainingPanes(client, shown, keyedPanes);
    });
  }

  /**
   * Returns the newest `maxWindows` windows of a stream, or of one key, in order of start. For a stream over another
   * stream, returns the windows of the newest pane (window or slide).
   */
  newest(stream: string, key: string | null, maxWindows: number): Promise<WindowsSnapshot<Window>> {
    return inSnapshot(this.pool, async (client) => {
      const shown = await this.streams.find(client, stream);
      if (shown === null) return EMPTY_SNAPSHOT;
      const below: ShownStream[] = [];
      for (let { over } = shown; over !== null; over = over.over) below.unshift(over);
      const [base = shown] = below;
      const newestPanes = await readNewestPanes(client, base, base === shown ? key : null, maxWindows);
      const [newestPane] = newestPanes;
      if (newestPane === undefined) return EMPTY_SNAPSHOT;
      if (base === shown) {
        const { windows } = await windowsContainingPanes(client, shown, newestPanes);
        // Unless all windows were read, the snapshot covers only windows that begin after the oldest one it contains.
        const isAll = newestPanes.length < maxWindows && windows.length <= maxWindows;
        const oldest = Math.max(newestPanes.at(-1)![1], windows.at(-maxWindows)?.start.getTime() ?? -Infinity);
        const covers = (_: string, start: number) => isAll || start > oldest || start < shown.keptFrom;
        return { windows: windows.slice(-maxWindows), covers };
      }
      const [, newest] = newestPane;
      // Each stream of the chain counts the windows of the previous one as events that occur when the window begins.
      const occurredAt = below.reduce((at, { compiled: { window } }) => window.panes?.paneAt(at).start ?? at, newest);
      const grid = windowGridOf(shown.compiled, null, null) as WindowGrid;
      const { start, end } = grid.panes.paneAt(occurredAt);
      const range = { from: start, to: end, keys: key === null ? null : [key] };
      const windows = await queryWindows(client, shown, range, grid);
      return {
        windows: windows.slice(-maxWindows),
        covers: (_, at) => windows.length <= maxWindows && at >= start && at < end,
      };
    });
  }
}

/** The snapshot of a stream without windows. */
const EMPTY_SNAPSHOT: WindowsSnapshot<Window> = { windows: [], covers: () => true };

/** Key and start of a window or a pane. */
type KeyAndStart = readonly [string, number];

/** Returns key and start of the newest panes, newest first, including panes that are not merged yet. */
async function readNewestPanes(
  client: PoolClient,
  shown: ShownStream,
  key: string | null,
  maxPanes: number,
): Promise<KeyAndStart[]> {
  const rows = await readNewestWindows(client, shown, key, maxPanes);
  const fresh = (await loadUnmerged(client, shown)).part.all().filter((window) => key === null || window.key === key);
  const panes = [...rows, ...fresh].map(({ key, start }): KeyAndStart => [key, start]);
  return panes.sort((a, b) => b[1] - a[1]).slice(0, maxPanes);
}

async function windowsContainingPanes(
  client: PoolClient,
  shown: ShownStream,
  keyedPanes: readonly KeyAndStart[],
): Promise<WindowsSnapshot<Window>> {
  if (keyedPanes.length === 0) return { windows: [], covers: () => false };
  const { window } = shown.compiled;
  const starts = keyedPanes.map(([, start]) => start);
  let from = Math.min(...starts);
  if (window.panes !== null)
    for (let before = 1; before < window.slides; before++) from = window.panes.paneAt(from - 1).start;
  const keys = new Set(keyedPanes.map(([key]) => key));
  const to = Math.max(...starts) + 1;
  const windows = await queryWindows(
    client,
    shown,
    { from, to, keys: [...keys] },
    windowGridOf(shown.compiled, null, null),
  );
  const isWithin = (start: number) => start >= from && start < to;
  return { windows, covers: (key, start) => start < shown.keptFrom || (keys.has(key) && isWithin(start)) };
}

async function queryWindows(
  client: PoolClient,
  shown: ShownStream,
  range: WindowRange,
  grid: WindowGrid | null,
  first?: number,
  offset = 0,
): Promise<Window[]> {
  const end = first === undefined ? undefined : offset + first;
  const { windows, isFinal, isIncomplete } = await loadWindows(client, shown, range, grid, end);
  return windows
    .slice(offset, end)
    .map((window) => toGraphqlWindow(window, shown, isFinal(window), isIncomplete(window)));
}

function toGraphqlWindow(
  { key, start, end, state, revision }: KeyedWindow,
  { stream, compiled }: ShownStream,
  final: boolean,
  isIncomplete: boolean,
): Window {
  const { keys, aggregates } = compiled.spec;
  return {
    stream,
    key,
    keys: decodeKey(key, keys.length),
    isOther: key === OTHER_KEY,
    start: new Date(start),
    end: new Date(end),
    revision: String(revision),
    final,
    isIncomplete,
    isRemoved: false,
    events: state.events,
    values: valuesOf(state, aggregates),
  };
}
