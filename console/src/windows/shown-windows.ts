import type { ResultOf } from '@freshet/client';
import { hasEnded, markOf, type Mark } from './window-mark';
import type { WindowFields } from './window-documents';

export type StreamWindowData = ResultOf<typeof WindowFields>;

export interface ShownWindow {
  readonly window: StreamWindowData;
  readonly mark: Mark;
  readonly at: number;
}

/** Windows of a stream by start and key. */
export type ShownWindows = ReadonlyMap<string, ShownWindow>;

const MAX_WINDOWS = 2_000;

export const windowId = ({ start, key }: StreamWindowData): string => `${start} ${key}`;

/** Formats a key. The key that collects all keys beyond the limit is shown as `other keys`. */
export const formatKey = (key: string): string => (key === '{"other":true}' ? 'other keys' : key);

/** Adds or removes a window. If `isBounded`, the oldest window is dropped when there are more than MAX_WINDOWS. */
export function withWindow(
  shown: ShownWindows,
  { isRemoved, ...window }: StreamWindowData & { readonly isRemoved: boolean },
  now: number,
  since: number,
  isBounded = true,
): ShownWindows {
  if (isRemoved) {
    const left = new Map(shown);
    left.delete(windowId(window));
    return left;
  }
  const before = shown.get(windowId(window));
  const next = withEnded(shown, now).set(windowId(window), {
    window,
    mark: markOf(window, before, now, since),
    at: now,
  });
  if (isBounded && next.size > MAX_WINDOWS) {
    const [oldest] = [...next.keys()].sort();
    next.delete(oldest!);
  }
  return next;
}

/** Returns a copy in which windows that have ended since they arrived are no longer early. */
function withEnded(shown: ShownWindows, now: number): Map<string, ShownWindow> {
  const next = new Map(shown);
  for (const [id, one] of shown)
    if (one.mark === 'early' && hasEnded(one.window, now)) next.set(id, { ...one, mark: 'final' });
  return next;
}

/** Adds loaded windows, except those of which a newer revision has arrived in the meantime. */
export function withLoaded(
  shown: ShownWindows,
  loaded: readonly StreamWindowData[],
  now: number,
  since: number,
): ShownWindows {
  const next = withEnded(shown, now);
  for (const window of loaded) {
    const before = shown.get(windowId(window));
    if (before !== undefined && BigInt(before.window.revision) >= BigInt(window.revision)) continue;
    next.set(windowId(window), { window, mark: markOf(window, before, now, since), at: now });
  }
  return next;
}

/** Removes windows that start before a time, in ms. */
export function withoutOlder(shown: ShownWindows, from: number): ShownWindows {
  return new Map([...shown].filter(([, { window }]) => Date.parse(window.start) >= from));
}

/** Returns an aggregate's value as a number: the middle quantile, or the count of the first top value. */
export function aggregateNumber({ values }: StreamWindowData, aggregate: string): number | null {
  const value = values.find(({ name }) => name === aggregate);
  if (value === undefined) return null;
  const { quantiles, top } = value;
  const middle = quantiles?.[Math.floor((quantiles.length - 1) / 2)];
  if (middle !== undefined) return middle.value;
  if (top?.[0] !== undefined) return top[0].count;
  return value.number ?? (value.decimal === null ? null : Number(value.decimal));
}

/** Returns an aggregate's complete value as text. */
export function aggregateText({ values }: StreamWindowData, aggregate: string): string {
  const value = values.find(({ name }) => name === aggregate);
  if (value === undefined) return '–';
  if (value.overfull) return 'too many values';
  if (value.quantiles) return value.quantiles.map((q) => `p${q.quantile * 100}: ${q.value.toPrecision(4)}`).join(', ');
  if (value.top) return value.top.map((one) => `${one.value} (${one.count})`).join(', ');
  if (value.decimal !== null) return value.decimal;
  return value.number === null ? '–' : `≈ ${value.number.toPrecision(4)}`;
}
