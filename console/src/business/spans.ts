import { formatClock } from '../ui/format';

const DAY_MS = 86_400_000;

/** A span of whole days that a report can show. */
export interface Span {
  readonly path: string;
  readonly title: string;
  readonly days: number;
  /** How many days before today its last day is. */
  readonly ago: number;
}

const TODAY: Span = { path: 'today', title: 'Today', days: 1, ago: 0 };
/** The span of the chart, if the chosen one has a single day. */
export const MONTH: Span = { path: '30-days', title: '30 days', days: 30, ago: 0 };
export const SPANS: readonly Span[] = [
  TODAY,
  { path: 'yesterday', title: 'Yesterday', days: 1, ago: 1 },
  { path: '7-days', title: '7 days', days: 7, ago: 0 },
  MONTH,
];

export const spanOf = (path: string | undefined): Span => SPANS.find((span) => span.path === path) ?? TODAY;

/**
 * Returns times (ISO 8601) in the first and in the last day of a span. Both are about noon in the shop's time zone, so
 * that days of 23 and 25 hours make no difference.
 */
export function rangeOf({ days, ago }: Pick<Span, 'days' | 'ago'>, now: number): { from: string; to: string } {
  const [hours = 0, minutes = 0, seconds = 0] = formatClock(new Date(now)).split(':').map(Number);
  const beginning = Math.floor(now / 1_000) * 1_000 - ((hours % 24) * 3_600 + minutes * 60 + seconds) * 1_000;
  const noon = (daysAgo: number) => new Date(beginning + DAY_MS / 2 - daysAgo * DAY_MS).toISOString();
  return { from: noon(ago + days - 1), to: noon(ago) };
}

/** Returns the days of a span, or the last days up to it if it has one day only. */
export const shownDays = <Day>(days: readonly Day[], { days: count, ago }: Span): readonly Day[] =>
  days.slice(count === 1 ? 0 : -count, days.length - ago);
