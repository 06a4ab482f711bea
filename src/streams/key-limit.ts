import { hash } from 'node:crypto';
import { appendTo } from '../learn/group-by';
import type { CompiledStream } from './compile-stream';
import type { KeyedWindow, PartialAggregates } from './partial-aggregates';

/** The "other key". Its window counts all keys beyond the `maxKeys` of the stream together. No event has this key. */
export const OTHER_KEY = '{"other":true}';
const DEFAULT_MAX_KEYS = 100_000;
export const MAX_KEYS_LIMIT = 100_000;
/** Number of hexadecimal digits of a rank: 52 bits, which a double represents exactly. */
const RANK_DIGITS = 13;

/**
 * Returns the rank of a key: the first 52 bits of its SHA-256. A pane (a window, or a slide of hopping windows) counts
 * the keys with the smallest ranks separately. Ranks are stored, so a new hash function would require a rebuild.
 */
export function keyRankOf(key: string): number {
  return parseInt(hash('sha256', key, 'hex').slice(0, RANK_DIGITS), 16);
}

/**
 * Returns the maximum number of keys that a pane counts separately; null for streams without keys, for session windows,
 * and for streams over another stream.
 */
export function maxKeysOf({ spec, window }: Pick<CompiledStream, 'spec' | 'window'>): number | null {
  if (spec.keys.length === 0 || window.panes === null || spec.over !== undefined) return null;
  return spec.maxKeys ?? DEFAULT_MAX_KEYS;
}

/** The keys of a pane that move to {@link OTHER_KEY}. */
export interface Eviction<K> {
  readonly evicted: readonly K[];
  /** Keys of this rank and above are counted under the other key. */
  readonly limit: number;
}

/**
 * Selects the keys that a pane evicts. A pane retains the keys whose rank is below its limit. The limit is the smallest
 * rank r for which more than `maxKeys` keys have a rank of at most r. So the limit is a function of the set of keys. It
 * only decreases as keys are added, and an evicted key never returns.
 * @param keys keys of the pane whose rank is below its earlier limit. Keys with small ranks may be absent, but at least
 *   the `count - maxKeys` keys with the largest ranks must be present
 * @param count total number of keys of the pane
 * @returns null if the pane does not have too many keys
 */
export function evictKeys<K extends { readonly rank: number }>(
  keys: readonly K[],
  count: number,
  maxKeys: number,
): Eviction<K> | null {
  const sorted = [...keys].sort((a, b) => b.rank - a.rank);
  let left = count;
  let at = 0;
  let limit: number | null = null;
  for (const { rank } of sorted) {
    // Keys of the same rank leave together.
    if (left <= maxKeys && rank !== limit) break;
    limit = rank;
    left--;
    at++;
  }
  return limit === null ? null : { evicted: sorted.slice(0, at), limit };
}

/** Moves keys beyond the limit of each window to the other key. @param limits rank limits by start of the window */
export function moveToOtherKey(
  windows: readonly KeyedWindow[],
  limits: ReadonlyMap<number, number>,
  into: PartialAggregates,
): PartialAggregates {
  for (const window of windows) {
    const limit = limits.get(window.start);
    const moves = limit !== undefined && window.key !== OTHER_KEY && keyRankOf(window.key) >= limit;
    into.mergeWindow(moves ? { ...window, key: OTHER_KEY } : window);
  }
  return into;
}

/** Applies `maxKeys` to windows in which every key was counted separately, as in a recount of the whole log. */
export function limitKeys(
  counted: PartialAggregates,
  stream: Pick<CompiledStream, 'spec' | 'window' | 'empty'>,
): PartialAggregates {
  const maxKeys = maxKeysOf(stream);
  if (maxKeys === null) return counted;
  const keysByPane = new Map<number, { readonly rank: number }[]>();
  for (const { key, start } of counted.all()) appendTo(keysByPane, start, { rank: keyRankOf(key) });
  const limits = new Map<number, number>();
  for (const [start, keys] of keysByPane) {
    const eviction = evictKeys(keys, keys.length, maxKeys);
    if (eviction !== null) limits.set(start, eviction.limit);
  }
  return limits.size === 0 ? counted : moveToOtherKey(counted.all(), limits, stream.empty());
}
