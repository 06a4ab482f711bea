import { groupBy } from '../learn/group-by';
import type { Pool, PoolClient } from '../platform/postgres';
import { evictKeys, maxKeysOf, OTHER_KEY, keyRankOf } from './key-limit';
import { findStoredWindows, readHighestRanked, readPanes, type StoredPane } from './key-limit.store';
import type { LiveStream } from './live-stream';
import type { KeyedWindow, PartialAggregates } from './partial-aggregates';
import { decodeWindow } from './window.store';

/** Partial aggregates to merge into stored windows, after {@link applyKeyLimits} has limited the number of keys. */
export interface LimitedPartials {
  readonly part: PartialAggregates;
  /** Stored windows to delete, because `part` contains their state under {@link OTHER_KEY}. */
  readonly evicted: readonly KeyedWindow[];
  /**
   * Rank limits of panes (windows, or slides of hopping windows) by start of the pane. In a pane, keys whose rank
   * ({@link keyRankOf}) is not below the limit are counted under {@link OTHER_KEY}. A pane without a limit is absent.
   */
  readonly limits: ReadonlyMap<number, number>;
}

/**
 * Applies `maxKeys`, the maximum number of keys that a pane counts separately. Moves the windows of excess keys to
 * {@link OTHER_KEY}: windows of `part`, and stored windows that they displace. Writes nothing: a merge stores the
 * result, and a query only reads it.
 * @param part must not be used afterwards
 * @param keyCount number of keys of the stream, or an upper bound
 */
export async function applyKeyLimits(
  client: Pool | PoolClient,
  live: LiveStream,
  part: PartialAggregates,
  keyCount: number,
): Promise<LimitedPartials> {
  const windows = part.all();
  const maxKeys = maxKeysOf(live.compiled);
  const unchanged = { part, evicted: [], limits: new Map<number, number>() };
  if (maxKeys === null || keyCount + new Set(windows.map(({ key }) => key)).size <= maxKeys) return unchanged;
  const ranked = windows.map((window) => ({ window, rank: keyRankOf(window.key) }));
  const byPane = groupBy(ranked, ({ window }) => window.start);
  const panes = await readPanes(client, live, [...byPane.keys()]);
  const full = panes.filter(
    ({ start, limit, keys }) => limit !== null || keys + windowsOfPane(byPane, start).length > maxKeys,
  );
  if (full.length === 0) return unchanged;
  const belowLimits = full.flatMap(({ start, limit }) =>
    windowsOfPane(byPane, start).flatMap(({ window, rank }) => (rank < (limit ?? Infinity) ? window : [])),
  );
  const known = new Set((await findStoredWindows(client, live, belowLimits)).map(([key, start]) => `${start} ${key}`));
  const limits = new Map<number, number>();
  const evicted: KeyedWindow[] = [];
  for (const pane of full) {
    const isKnown = ({ window: { key, start } }: RankedWindow) => known.has(`${start} ${key}`);
    const belowLimit = windowsOfPane(byPane, pane.start).filter((each) => each.rank < (pane.limit ?? Infinity));
    const newWindows = belowLimit.filter((each) => !isKnown(each));
    const eviction = await evictFrom(client, live, pane, newWindows, maxKeys);
    if (eviction === null) continue;
    limits.set(pane.start, eviction.limit);
    evicted.push(...eviction.evicted);
  }
  const routed = part.lateOnly();
  for (const window of windows) {
    const limit = limits.get(window.start);
    routed.mergeWindow(limit !== undefined && keyRankOf(window.key) >= limit ? { ...window, key: OTHER_KEY } : window);
  }
  for (const window of evicted) routed.mergeWindow({ ...window, key: OTHER_KEY });
  return { part: routed, evicted, limits };
}

interface RankedWindow {
  readonly window: KeyedWindow;
  readonly rank: number;
}

function windowsOfPane(byPane: ReadonlyMap<number, readonly RankedWindow[]>, start: number): readonly RankedWindow[] {
  return byPane.get(start) ?? [];
}

/**
 * Selects the stored windows of a pane that move to {@link OTHER_KEY}.
 * @param newWindows windows of keys that are new in the pane
 * @returns null if the pane counts all of its keys separately
 */
async function evictFrom(
  client: Pool | PoolClient,
  live: LiveStream,
  { start, keys, limit }: StoredPane,
  newWindows: readonly RankedWindow[],
  maxKeys: number,
): Promise<{ readonly evicted: readonly KeyedWindow[]; readonly limit: number } | null> {
  const excess = keys + newWindows.length - maxKeys;
  if (excess <= 0) return limit === null ? null : { evicted: [], limit };
  const candidates = [
    ...(await readHighestRanked(client, live, start, excess)).map((row) => ({ rank: row.rank, row })),
    ...newWindows.map(({ rank }) => ({ rank, row: null })),
  ];
  const eviction = evictKeys(candidates, keys + newWindows.length, maxKeys);
  if (eviction === null) return null;
  const rows = eviction.evicted.flatMap(({ row }) => row ?? []);
  return { evicted: rows.map((row) => decodeWindow(row, live)), limit: eviction.limit };
}
