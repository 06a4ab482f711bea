import type { CompiledStream } from './compile-stream';
import type { KeyedWindow, PartialAggregates } from './partial-aggregates';
import { panesOf } from './window-assigner';
import type { Pane, Panes } from './window/panes';

interface Compiled {
  readonly compiled: CompiledStream;
}

/** Whether whole months of a stream are stored merged: streams with daily windows and without personal data. */
export function supportsMonthlyRollup({ compiled: { spec, window, isPersonal } }: Compiled): boolean {
  const { panes, slides } = window;
  const isByDay = panes?.length.unit === 'DAY' && panes.length.count === 1 && slides === 1;
  return isByDay && !isPersonal && spec.over === undefined;
}

/** Returns calendar months in the time zone of the stream. */
export function calendarMonths({ compiled: { spec } }: Compiled): Panes {
  return panesOf({ unit: 'MONTH', count: 1 }, spec.window.timeZone);
}

/** Merges windows by key to one window over a time range. Takes over the state of the windows: do not reuse them. */
export function mergeByKey(merged: PartialAggregates, windows: readonly KeyedWindow[], { start, end }: Pane): void {
  for (const { key, state, revision } of windows) merged.mergeWindow({ key, start, end, state, revision });
}
