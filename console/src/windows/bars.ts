import { aggregateNumber, type ShownWindows } from './shown-windows';
import type { Bar } from './time-scale';

/** Returns the bars of a key's windows, the oldest first; at most the newest `most`. */
export function barsOf(windows: ShownWindows, key: string, aggregate: string, most = 120): Bar[] {
  return [...windows.values()]
    .filter(({ window }) => window.key === key)
    .map(({ window, mark }) => ({
      at: Date.parse(window.start) / 1000,
      until: Date.parse(window.end) / 1000,
      value: aggregateNumber(window, aggregate),
      mark,
    }))
    .sort((a, b) => a.at - b.at)
    .slice(-most);
}

const STATES_BY_CONFIDENCE = ['corrected', 'early', 'final'] as const;

/** Returns bars that combine the windows of all keys: the sum of their figures and the least certain of their marks. */
export function barsAcross(windows: ShownWindows, aggregate: string, most = 120): Bar[] {
  const together = new Map<number, Bar>();
  for (const key of keysOf(windows))
    for (const bar of barsOf(windows, key, aggregate, most)) {
      const before = together.get(bar.at);
      if (before === undefined) together.set(bar.at, bar);
      else
        together.set(bar.at, {
          ...bar,
          value: (before.value ?? 0) + (bar.value ?? 0),
          mark: STATES_BY_CONFIDENCE.find((mark) => mark === before.mark || mark === bar.mark)!,
        });
    }
  return [...together.values()].sort((a, b) => a.at - b.at).slice(-most);
}

/** Returns the keys by number of events, the most frequent first. */
export function keysOf(windows: ShownWindows): string[] {
  const events = new Map<string, number>();
  for (const { window } of windows.values()) events.set(window.key, (events.get(window.key) ?? 0) + window.events);
  return [...events.keys()].sort((a, b) => events.get(b)! - events.get(a)!);
}
