import { DAY } from './evaluate-settings';

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

export function dayText(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
