import { ApiError } from '../graphql/errors';
import { weekdayOf } from '../learn/calendar-terms';
import { MS_PER_MINUTE } from '../learn/durations';
import { scoreAnomaly, seasonalExpectation } from '../learn/seasonal-anomaly';
import { dayFunctionFor } from './day-series';
import type { AnomaliesInput, Anomaly } from './forecasting.type';
import type { StreamFigureReader } from './stream-figure-reader.service';

const DAY_MINUTES = 1_440;
const WEEK_MS = 7 * DAY_MINUTES * MS_PER_MINUTE;
const MAX_RANGE_MS = 31 * DAY_MINUTES * MS_PER_MINUTE;
/** Maximum absolute score. Without this limit, scores could be infinite, which JSON can't represent. */
const MAX_SCORE = 1_000;
const MINUTES: Readonly<Record<string, number>> = { PT15M: 15, PT30M: 30, PT1H: 60, P1D: DAY_MINUTES };

/** Finds windows in which a figure of a stream (one aggregate of one key) is unusual for that time of the week. */
export class AnomalyDetector {
  constructor(
    private readonly figures: StreamFigureReader,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Returns the anomalies in order of time. A window without events counts as 0.
   * @throws ApiError NOT_FOUND, BAD_USER_INPUT
   */
  async detect(input: AnomaliesInput): Promise<Anomaly[]> {
    const { from, to } = input;
    const size = input.size ?? 'PT1H';
    const [weeks, threshold] = [input.weeks ?? 8, input.threshold ?? 5];
    const minutes = Object.hasOwn(MINUTES, size) ? MINUTES[size] : undefined;
    if (minutes === undefined) throw bad(`size must be one of ${Object.keys(MINUTES).join(', ')}`);
    if (!(weeks >= 4 && weeks <= 26)) throw bad(`weeks must be between 4 and 26; got ${weeks}`);
    if (!(threshold >= 0)) throw bad(`threshold must be at least 0; got ${threshold}`);
    if (!(from < to) || to.getTime() - from.getTime() > MAX_RANGE_MS)
      throw bad('to must be after from, and at most 31 days later');
    const figure = await this.figures.find(input.figure);
    const end = Math.min(to.getTime(), this.now());
    const windows = await figure.read(new Date(from.getTime() - weeks * WEEK_MS), new Date(end), size);
    const [oldest] = windows;
    if (oldest === undefined) return [];
    const weekIndexOf = weekIndexFunctionFor(figure.timeZone, minutes);
    const valueByStart = new Map(windows.map((window) => [window.start.getTime(), window.value]));
    // Windows before the first one with events are ignored, because the shop had no data then.
    const starts = startsFrom(oldest.start, end, minutes, figure.timeZone);
    const past = starts.filter((start) => start < from.getTime());
    const expectation = seasonalExpectation(
      past.map((start) => valueByStart.get(start) ?? 0),
      past.map(weekIndexOf),
      (7 * DAY_MINUTES) / minutes,
    );
    return starts.flatMap((start, index) => {
      const windowEnd = starts[index + 1] ?? start + minutes * MS_PER_MINUTE;
      if (start < from.getTime() || windowEnd > end) return [];
      const observed = valueByStart.get(start) ?? 0;
      const scored = scoreAnomaly(expectation, observed, weekIndexOf(start));
      if (scored === undefined || !(Math.abs(scored.score) >= threshold)) return [];
      const score = Math.max(-MAX_SCORE, Math.min(MAX_SCORE, scored.score));
      return [{ start: new Date(start), end: new Date(windowEnd), value: observed, expected: scored.expected, score }];
    });
  }
}

/** Returns the start (ms) of each window from `first` on and before `end`. Days begin at midnight in the time zone. */
function startsFrom(first: Date, end: number, minutes: number, timeZone: string): number[] {
  const starts: number[] = [];
  if (minutes < DAY_MINUTES) {
    for (let at = first.getTime(); at < end; at += minutes * MS_PER_MINUTE) starts.push(at);
    return starts;
  }
  const dayOf = dayFunctionFor(timeZone);
  for (let at = first.getTime(); at < end;) {
    starts.push(at);
    // The next day begins 23 to 25 hours later, at a multiple of 15 minutes.
    const day = dayOf(new Date(at));
    let next = at + 22 * 60 * MS_PER_MINUTE;
    while (dayOf(new Date(next)) === day) next += 15 * MS_PER_MINUTE;
    at = next;
  }
  return starts;
}

/** Returns a function that maps the start of a window (ms) to the index of the window in its week, in local time. */
function weekIndexFunctionFor(timeZone: string, minutes: number): (start: number) => number {
  const dayOf = dayFunctionFor(timeZone);
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return (start) => {
    const at = new Date(start);
    const [hour, minute] = clock.format(at).split(':').map(Number) as [number, number];
    return Math.floor((weekdayOf(dayOf(at)) * DAY_MINUTES + hour * 60 + minute) / minutes);
  };
}

function bad(message: string): ApiError {
  return new ApiError('BAD_USER_INPUT', message);
}
