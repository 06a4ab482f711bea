import type { CompiledStream } from './compile-stream';
import type { KeyedWindow, PartialAggregates } from './partial-aggregates';
import { panesOf } from './window-assigner';
import type { Pane, Panes } from './window/panes';

interface Compiled {
  readonly compiled: CompiledStream;
}

/** Whether whole months are stored merged. Only for streams with daily windows and without personal data. */
export function supportsMonthlyRollup({ compiled: { spec, window, isPersonal } }: Compiled): boolean {
  const { panes, slides } = window;
  const isByDay = panes?.length.unit === 'DAY' && panes.length.count === 1 && slides === 1;
  return isByDay && !isPersonal && spec.over === undefined;
}

/** Returns calendar months in the time zone of the stream. */
export function calendarMonths({ compiled: { spec } }: Compiled): Panes {
  return panesOf({ unit: 'MONTH', count: 1 }, spec.window.timeZone);
}

/** Merges the windows of each key to one window over a time range. Modifies their states: do not reuse the windows. */
export function mergeByKey(merged: PartialAggregates, windows: readonly KeyedWindow[], { start, end }: Pane): void {
  for (const { key, state, revision } of windows) merged.mergeWindow({ key, start, end, state, revision });
}
