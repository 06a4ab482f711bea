import type { Pool } from '../platform/postgres';
import { newestCompleteEnd } from './complete-windows';
import type { AggregateShape } from './definition.type';
import { readGrids, settledUntil } from './stream-grids.store';
import type { StreamState } from './stream.store';
import type { Window } from './window.type';
import type { WindowsService } from './windows.service';
import { readNow } from './window.store';

/**
 * COMPLETE: the newest window whose events are all counted, except events that are received with a delay. CURRENT: the
 * window that contains now.
 */
export type LatestKind = 'COMPLETE' | 'CURRENT';

/** Number of earlier windows whose keys are also returned, so that callers notice a key that has no events any more. */
export const KEY_LOOKBACK_WINDOWS = 10;

/** The newest window of a stream for each key. */
export interface LatestWindows {
  /** FULL and FAILED streams no longer count events, so their windows are not meaningful. */
  readonly state: StreamState | null;
  readonly reason: string | null;
  readonly isKeyed: boolean;
  readonly aggregates: readonly AggregateShape[];
  readonly start: Date;
  readonly end: Date;
  /** One window for each key that had events. */
  readonly windows: readonly Window[];
  /** Keys of this window, and of up to {@link KEY_LOOKBACK_WINDOWS} windows before it. */
  readonly keys: readonly string[];
}

/** Reads the newest windows of streams, for callers that must also notice missing events. */
export class LatestWindowsService {
  constructor(
    private readonly pool: Pool,
    private readonly windows: Pick<WindowsService, 'windows'>,
  ) {}

  /**
   * @param keys null for all keys
   * @returns null if the stream, or a stream whose windows it counts, does not exist, has no windows to show yet, or
   *   has session windows, which have no fixed end
   */
  async latest(stream: string, which: LatestKind, keys: readonly string[] | null): Promise<LatestWindows | null> {
    const streamGrids = await readGrids(this.pool, stream);
    if (streamGrids === null) return null;
    const { spec, grids, state, reason } = streamGrids;
    const [{ panes, slidesPerWindow }] = grids;
    const end =
      which === 'CURRENT'
        ? panes.paneAt(await this.now()).end
        : newestCompleteEnd([...grids].reverse(), await settledUntil(this.pool));
    const start = panes.shiftStart(end, -slidesPerWindow);
    const from = keys === null && spec.keys.length > 0 ? panes.shiftStart(start, -KEY_LOOKBACK_WINDOWS) : start;
    const windows = await this.windows.windows({ stream, from, to: start + 1, keys, size: null, slide: null });
    return {
      state,
      reason,
      isKeyed: spec.keys.length > 0,
      aggregates: spec.aggregates,
      start: new Date(start),
      end: new Date(end),
      windows: windows.filter((window) => window.start.getTime() === start),
      keys: [...new Set(windows.map(({ key }) => key))],
    };
  }

  private async now(): Promise<number> {
    return (await readNow(this.pool)).getTime();
  }
}
