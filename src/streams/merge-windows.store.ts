import type { PoolClient } from '../platform/postgres';
import { execute, queryRows } from '../platform/sql';
import { maxKeysOf, OTHER_KEY, keyRankOf } from './key-limit';
import { storeLateEvents } from './late-events.store';
import type { LiveStream } from './live-stream';
import type { KeyedWindow, PartialAggregates } from './partial-aggregates';
import { applyKeyLimits, type LimitedPartials } from './apply-key-limits.store';
import {
  countKeysWithoutWindows,
  versionsOf,
  WINDOW_COLUMNS,
  windowAt,
  decodeWindow,
  type WindowRow,
} from './window.store';

/** A partial aggregate to merge into the windows of a stream. */
export interface WindowMerge {
  readonly live: LiveStream;
  readonly part: PartialAggregates;
  /** Windows that end at or before this instant were removed and are not stored again; absent if none were removed. */
  readonly keptFrom?: number;
  /** Number of keys of the stream. */
  readonly keys: number;
}

/** The result of a merge into the windows of one stream. */
export interface WindowMergeResult {
  /** The windows that the merge created or changed, as they are after it. */
  readonly windows: readonly KeyedWindow[];
  /** Deleted windows: sessions that became part of an earlier one, and windows that moved to {@link OTHER_KEY}. */
  readonly removed: readonly KeyedWindow[];
  /** Changed windows of {@link OTHER_KEY}, which counts all keys beyond the `maxKeys` of the stream together. */
  readonly otherKeyWindows: readonly KeyedWindow[];
  /** Change of the number of windows of the stream. */
  readonly moreWindows: number;
  /** Change of the number of keys of the stream. */
  readonly moreKeys: number;
}

/** The windows of one stream in a merge. */
interface StreamWindows {
  readonly live: LiveStream;
  readonly windows: readonly KeyedWindow[];
  /**
   * Rank limits by start of the window. In a window, keys whose rank ({@link keyRankOf}) is not below the limit are
   * counted under {@link OTHER_KEY}.
   */
  readonly limits?: LimitedPartials['limits'];
}

/** The windows of one stream after a merge. */
interface MergedWindows extends StreamWindows {
  /** The stored windows that the merge changes, as they were before it. */
  readonly before: readonly KeyedWindow[];
}

interface LimitedStreamPartials extends LimitedPartials {
  readonly live: LiveStream;
}

/**
 * Merges partial aggregates into stored windows. The number of statements does not depend on the number of streams,
 * except for `maxKeys` and late events. The caller must hold the row locks of the stream versions.
 * @returns one result for each stream, in order
 */
export async function mergeIntoStored(
  client: PoolClient,
  incoming: readonly WindowMerge[],
): Promise<WindowMergeResult[]> {
  const limited: LimitedStreamPartials[] = [];
  for (const { live, part, keptFrom, keys } of incoming) {
    const kept = keptFrom === undefined ? part : part.endingAfter(keptFrom);
    limited.push({ live, ...(await applyKeyLimits(client, live, kept, keys)) });
  }
  const stored = await readMatchingWindows(
    client,
    limited.map(({ live, part }) => ({ live, windows: part.all() })),
  );
  const after = limited.map(({ live, part, limits, evicted }, at) => {
    const before = stored[at]!;
    const merged = live.compiled.empty();
    for (const window of before) merged.mergeWindow(window);
    merged.merge(part);
    const windows = merged.all();
    const removed = [...absorbedSessions({ live, windows }, before), ...evicted];
    return { live, windows, limits, before, evicted, removed };
  });
  await remove(
    client,
    after.map(({ live, removed }) => ({ live, windows: removed })),
  );
  const removedKeyCounts = await countKeysWithoutWindows(
    client,
    after.map(({ live, evicted }) => ({ live, keys: [...new Set(evicted.map(({ key }) => key))] })),
  );
  const newKeyCounts = await countNewKeys(client, after);
  await write(client, after);
  for (const { live, part } of limited) await storeLateEvents(client, live, part.allLate());
  return after.map(({ windows, limits, before, evicted, removed }, at) => ({
    windows,
    removed,
    otherKeyWindows: windows.filter(({ key, start }) => key === OTHER_KEY && limits.has(start)),
    moreWindows: windows.length - before.length - evicted.length,
    moreKeys: newKeyCounts[at]! - removedKeyCounts[at]!,
  }));
}

const isBySession = ({ compiled }: LiveStream) => compiled.window.panes === null;

/**
 * Reads the stored windows that have the same key and start as one of the given windows. For sessions, reads the stored
 * ones that have the same key as a given one and overlap it.
 */
async function readMatchingWindows(client: PoolClient, all: readonly StreamWindows[]): Promise<KeyedWindow[][]> {
  const found = all.map((): KeyedWindow[] => []);
  for (const bySession of [false, true]) {
    const asked = all.map(({ live, windows }) => ({ live, windows: isBySession(live) === bySession ? windows : [] }));
    const [numbers, keys, starts, ends] = windowColumnsOf(asked);
    if (numbers.length === 0) continue;
    const [stream, version] = ['($1::text[])[k.of]', '($2::bigint[])[k.of]'];
    // The ORDER BY makes the planner use the primary key. With another index, it would scan all windows of the stream.
    const stored = bySession
      ? `(SELECT * FROM stream_windows w WHERE w.stream = ${stream} AND w.version = ${version}
            AND (w.key, w.start_at) >= (k.key, '-infinity') AND (w.key, w.start_at) < (k.key, to_timestamp(k.end_ms / 1000.0)) AND w.end_at > to_timestamp(k.start_ms / 1000.0)
          ORDER BY w.key, w.start_at OFFSET 0)`
      : windowAt(stream, version, 'k.key', 'to_timestamp(k.start_ms / 1000.0)');
    const rows = await queryRows<WindowRow & { of: number }>(client, {
      name: bySession ? 'stored-sessions' : 'stored-windows',
      text: `SELECT ${bySession ? 'DISTINCT ON (k.of, w.key, w.start_at)' : ''} k.of, ${WINDOW_COLUMNS}
             FROM unnest($3::int[], $4::text[], $5::float8[], $6::float8[]) AS k (of, key, start_ms, end_ms)
             CROSS JOIN LATERAL ${stored} w`,
      values: [...versionsOf(all.map(({ live }) => live)), numbers, keys, starts, ends],
    });
    for (const row of rows) found[row.of - 1]!.push(decodeWindow(row, all[row.of - 1]!.live));
  }
  return found;
}

/** Counts, for each stream, the keys of `after` that have no stored window yet. */
function countNewKeys(client: PoolClient, after: readonly MergedWindows[]): Promise<number[]> {
  return countKeysWithoutWindows(
    client,
    after.map(({ live, windows, before }) => {
      const had = new Set(before.map(({ key }) => key));
      return { live, keys: [...new Set(windows.map(({ key }) => key))].filter((key) => !had.has(key)) };
    }),
  );
}

/** Returns the stored sessions that do not exist after the merge, because an earlier session has absorbed them. */
function absorbedSessions({ live, windows }: StreamWindows, before: readonly KeyedWindow[]): readonly KeyedWindow[] {
  if (!isBySession(live)) return [];
  const left = new Set(windows.map(windowIdOf));
  return before.filter((window) => !left.has(windowIdOf(window)));
}

const windowIdOf = ({ key, start }: KeyedWindow) => `${start} ${key}`;

async function remove(client: PoolClient, removed: readonly StreamWindows[]): Promise<void> {
  const [numbers, keys, starts] = windowColumnsOf(removed);
  if (numbers.length === 0) return;
  await execute(client, {
    name: 'remove-windows',
    text: `DELETE FROM stream_windows WHERE ctid = ANY(ARRAY(
             SELECT w.ctid FROM unnest($3::int[], $4::text[], $5::float8[]) AS k (of, key, start_ms)
             CROSS JOIN LATERAL ${windowAt('($1::text[])[k.of]', '($2::bigint[])[k.of]', 'k.key', 'to_timestamp(k.start_ms / 1000.0)')} w))`,
    values: [...versionsOf(removed.map(({ live }) => live)), numbers, keys, starts],
  });
}

async function write(client: PoolClient, after: readonly MergedWindows[]): Promise<void> {
  const [numbers, ...columns] = windowColumnsOf(after);
  if (numbers.length === 0) return;
  const windows = after.flatMap((each) => each.windows);
  await execute(client, {
    name: 'write-windows',
    text: `INSERT INTO stream_windows AS w (stream, version, key, start_at, end_at, state, revision, key_rank)
           SELECT ($1::text[])[of], ($2::bigint[])[of], key, to_timestamp(start_ms / 1000.0), to_timestamp(end_ms / 1000.0), state, revision, rank
           FROM unnest($3::int[], $4::text[], $5::float8[], $6::float8[], $7::bytea[], $8::bigint[], $9::bigint[])
             AS w (of, key, start_ms, end_ms, state, revision, rank)
           ON CONFLICT (stream, version, key, start_at)
             DO UPDATE SET end_at = excluded.end_at, state = excluded.state, revision = excluded.revision,
               key_rank = coalesce(excluded.key_rank, w.key_rank)`,
    values: [
      ...versionsOf(after.map(({ live }) => live)),
      numbers,
      ...columns,
      windows.map(({ state }) => Buffer.from(state.encode())),
      windows.map(({ revision }) => revision),
      after.flatMap(ranksOf),
    ],
  });
}

/** Returns `key_rank` of each window: the rank of a new key, the limit for {@link OTHER_KEY}, or null for no change. */
function ranksOf({ live, windows, limits, before }: MergedWindows): (number | null)[] {
  if (maxKeysOf(live.compiled) === null) return windows.map(() => null);
  const known = new Set(before.map(windowIdOf));
  return windows.map((window) => {
    if (window.key === OTHER_KEY) return limits?.get(window.start) ?? null;
    return known.has(windowIdOf(window)) ? null : keyRankOf(window.key);
  });
}

/** Returns columns to unnest: number of the stream (from 1), key, start and end of each window. */
function windowColumnsOf(all: readonly StreamWindows[]): [number[], string[], number[], number[]] {
  const windows = all.flatMap((each) => each.windows);
  return [
    all.flatMap((each, at) => each.windows.map(() => at + 1)),
    windows.map(({ key }) => key),
    windows.map(({ start }) => start),
    windows.map(({ end }) => end),
  ];
}
