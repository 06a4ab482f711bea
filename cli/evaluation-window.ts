import { UsageError } from './usage-error';

export const DAY = 86_400_000;

/**
 * The test window [from, to), ms: the one asked for, else the last 30 days of the file.
 * @param first time of the file's first event, ms
 * @param last time of its last
 */
export function evaluationWindow(
  asked: { readonly from: number | undefined; readonly to: number | undefined },
  first: number,
  last: number,
): { from: number; to: number } {
  const to = asked.to ?? (Math.floor(last / DAY) + 1) * DAY;
  const from = asked.from ?? to - 30 * DAY;
  const range = `the file's events are from ${dayText(first)} to ${dayText(last)}`;
  if (first >= from) throw new Error(`there is nothing before ${dayText(from)} to train on: ${range}`);
  if (last < from) throw new Error(`there is nothing from ${dayText(from)} on to test on: ${range}`);
  return { from, to };
}

const WINDOW = /^(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?$/;
/** Days of a window of which only the first is given. */
const LENGTH = 30;

/**
 * Test windows [from, to), ms, from a list like `2011-06-15,2011-09-15..2011-10-15`: a first day, and the last, else 30 days.
 * @throws UsageError for anything else
 */
export function windowsOf(option: string, text: string): { from: number; to: number }[] {
  return text.split(',').map((each) => {
    const [, first, last] = WINDOW.exec(each) ?? [];
    if (first === undefined) throw new UsageError(`${option} ${each} is not a day, or two like 2011-11-09..2011-12-09`);
    const from = dayOf(option, first);
    const to = last === undefined ? from + LENGTH * DAY : dayOf(option, last) + DAY;
    if (to <= from) throw new UsageError(`${option} ${each} ends before it begins`);
    return { from, to };
  });
}

/**
 * The day's start in UTC, ms.
 * @throws UsageError for what is no day
 */
export function dayOf(option: string, text: string): number {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isNaN(day) || !new Date(day).toISOString().startsWith(text)) {
    throw new UsageError(`${option} ${text} is not a day like 2011-11-09`);
  }
  return day;
}

export function dayText(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
