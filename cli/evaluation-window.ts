import { UsageError } from './usage-error';

export const DAY_IN_MS = 86_400_000;

/**
 * Returns the requested test window [from, to) in ms. By default, these are the last 30 days of the file.
 * @param first time of the file's first event, ms
 * @param last time of the file's last event, ms
 * @throws Error if there are no events before the window, or none from its start on
 */
export function evaluationWindow(
  requested: { readonly from: number | undefined; readonly to: number | undefined },
  first: number,
  last: number,
): { from: number; to: number } {
  const to = requested.to ?? (Math.floor(last / DAY_IN_MS) + 1) * DAY_IN_MS;
  const from = requested.from ?? to - 30 * DAY_IN_MS;
  const range = `the file's events are from ${formatIsoDay(first)} to ${formatIsoDay(last)}`;
  if (first >= from) throw new Error(`there are no events before ${formatIsoDay(from)} to train on: ${range}`);
  if (last < from) throw new Error(`there are no events since ${formatIsoDay(from)} to test on: ${range}`);
  return { from, to };
}

const WINDOW = /^(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?$/;
/** Length in days of a window without a last day. */
const DEFAULT_WINDOW_DAYS = 30;

/**
 * Parses test windows [from, to) in ms from a list like `2011-06-15,2011-09-15..2011-10-15`. An item is the first day
 * of a window, and optionally its last day. A window without a last day has 30 days.
 * @throws UsageError if the list is invalid
 */
export function parseWindows(option: string, text: string): { from: number; to: number }[] {
  return text.split(',').map((each) => {
    const [, first, last] = WINDOW.exec(each) ?? [];
    if (first === undefined)
      throw new UsageError(`${option} takes days like 2011-11-09 or ranges like 2011-11-09..2011-12-09; got ${each}`);
    const from = parseDay(option, first);
    const to = last === undefined ? from + DEFAULT_WINDOW_DAYS * DAY_IN_MS : parseDay(option, last) + DAY_IN_MS;
    if (to <= from) throw new UsageError(`${option} ${each} ends before it begins`);
    return { from, to };
  });
}

/** Returns the start of a day in UTC, in ms since 1970. @throws UsageError if the text is not a day */
export function parseDay(option: string, text: string): number {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isNaN(day) || !new Date(day).toISOString().startsWith(text)) {
    throw new UsageError(`${option} must be a day like 2011-11-09; got ${text}`);
  }
  return day;
}

export function formatIsoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
