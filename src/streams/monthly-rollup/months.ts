import type { CompiledStream } from '../compile-stream';
import { panesOf } from '../window/window-assigner';
import type { Panes } from '../window/panes';

interface Compiled {
  readonly compiled: CompiledStream;
}

/** Whether the windows of each month are merged and stored. Only for daily tumbling windows without personal data. */
export function supportsMonthlyRollup({ compiled: { spec, window, isPersonal } }: Compiled): boolean {
  const { panes, slides } = window;
  const isByDay = panes?.length.unit === 'DAY' && panes.length.count === 1 && slides === 1;
  return isByDay && !isPersonal && spec.over === undefined;
}

/** Returns calendar months in the time zone of the stream. */
export function calendarMonths({ compiled: { spec } }: Compiled): Panes {
  return panesOf({ unit: 'MONTH', count: 1 }, spec.window.timeZone);
}
