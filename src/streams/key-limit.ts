import { hash } from 'node:crypto';
import type { CompiledStream } from './compile-stream';
import type { KeyedWindow, Partials } from './partials';

/** The key of the window that counts all keys beyond the limit. No event has it as its own key. */
export const OTHER_KEY = '{"other":true}';
export const DEFAULT_MAX_KEYS = 100_000;
export const MAX_MAX_KEYS = 100_000;
/** Hexadecimal digits: 52 bits, which a double holds exactly. */
const RANK_DIGITS = 13;

/**
 * The order in which keys are counted apart: the first 52 bits of SHA-256. Stored with windows: another hash would need
 * all streams to be filled anew.
 */
export function rankOf(key: string): number {
  return parseInt(hash('sha256', key, 'hex').slice(0, RANK_DIGITS), 16);
}

/** Keys that each pane counts apart; null: the stream has no keys, or its windows are sessions. */
export function maxKeysOf({ spec, window }: Pick<CompiledStream, 'spec' | 'window'>): number | null {
  if (spec.keys.length === 0 || window.panes === null || spec.over !== undefined) return null;
  return spec.maxKeys ?? DEFAULT_MAX_KEYS;
}

/** Which keys of a pane have to move to {@link OTHER_KEY}. */
export interface Eviction<K> {
  readonly evicted: readonly K[];
  /** Keys of this rank and above belong to the other key. */
  readonly limit: number;
}

/**
 * A pane keeps the keys whose rank is below a limit: the smallest rank such that more keys than `maxKeys` have it or a
 * smaller one. So the limit is a function of the set of keys. It only falls as keys are added, and a key that has left
 * never comes back.
 * @param keys of the pane, without those at or above an earlier limit; of the largest ranks at least as many as are too many
 * @param count how many keys the pane has, these among them
 * @returns null where they are not too many
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
  while (left > maxKeys) {
    limit = sorted[at].rank;
    // Keys of the same rank leave together.
    for (; at < sorted.length && sorted[at].rank === limit; at++) left--;
  }
  return limit === null ? null : { evicted: sorted.slice(0, at), limit };
}

/** Moves keys beyond the limit of each window to the other key. @param limits by the start of a window */
export function moveToOther(
  windows: readonly KeyedWindow[],
  limits: ReadonlyMap<number, number>,
  into: Partials,
): Partials {
  for (const window of windows) {
    const limit = limits.get(window.start);
    const moves = limit !== undefined && window.key !== OTHER_KEY && rankOf(window.key) >= limit;
    into.put(moves ? { ...window, key: OTHER_KEY } : window);
  }
  return into;
}

/** Limits the keys of windows that hold all keys, as a count of the whole log does. */
export function limitKeys(counted: Partials, stream: Pick<CompiledStream, 'spec' | 'window' | 'empty'>): Partials {
  const maxKeys = maxKeysOf(stream);
  if (maxKeys === null) return counted;
  const panes = new Map<number, { readonly rank: number }[]>();
  for (const { key, start } of counted.all()) {
    const keys = panes.get(start);
    if (keys === undefined) panes.set(start, [{ rank: rankOf(key) }]);
    else keys.push({ rank: rankOf(key) });
  }
  const limits = new Map<number, number>();
  for (const [start, keys] of panes) {
    const eviction = evictKeys(keys, keys.length, maxKeys);
    if (eviction !== null) limits.set(start, eviction.limit);
  }
  return limits.size === 0 ? counted : moveToOther(counted.all(), limits, stream.empty());
}
