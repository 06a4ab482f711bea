import { weekdayOf } from '../../learn/calendar-terms';
import { MS_PER_DAY, MS_PER_HOUR } from '../../learn/durations';

/** A place with fewer scans has the calendar of a more general place. */
const MIN_SCANS = 50;
/** A weekday with fewer scans than this share of the busiest weekday's counts as closed. */
const CLOSED_SHARE = 0.05;
const DEFAULT_HOUR = 8;
/** Limit of a search for an open day. */
const MAX_CLOSED_DAYS = 14;
/** Times of the day are rounded down to these intervals. */
const BINS_PER_HOUR = 12;

/** Returns whether a day, in days since 1970, is a holiday in a country. */
export type IsHoliday = (country: string, day: number) => boolean;

/** Numbers of scans at a place. */
interface ScanCounts {
  count: number;
  readonly byWeekday: Uint32Array;
  readonly byTimeOfDay: Uint32Array;
}

/**
 * When a carrier usually does something, such as picking up parcels: the weekdays and the hour, by place. A place is
 * named together with the more general ones that contain it, the most specific first: the calendar is that of the first
 * one with enough scans. Without any, every weekday is open.
 */
export class WorkingCalendar {
  private readonly counts = new Map<string, ScanCounts>();

  /** @param hourShare the hour of the day is this quantile of the scans */
  constructor(
    private readonly hourShare: number,
    private readonly isHoliday: IsHoliday,
  ) {}

  /** Counts a scan, at a time in ms. */
  add(places: readonly string[], at: number): void {
    for (const place of new Set(places)) {
      let counts = this.counts.get(place);
      if (counts === undefined)
        this.counts.set(
          place,
          (counts = { count: 0, byWeekday: new Uint32Array(7), byTimeOfDay: new Uint32Array(24 * BINS_PER_HOUR) }),
        );
      counts.count++;
      counts.byWeekday[weekdayOf(Math.floor(at / MS_PER_DAY))]++;
      counts.byTimeOfDay[Math.floor(((at % MS_PER_DAY) / MS_PER_HOUR) * BINS_PER_HOUR)]++;
    }
  }

  /** Returns the next time at `at` or later, in ms. */
  next(places: readonly string[], country: string, at: number): number {
    const hour = this.hourOf(this.countsOf(places));
    let day = Math.floor(at / MS_PER_DAY);
    if (at > day * MS_PER_DAY + hour * MS_PER_HOUR) day++;
    day += this.closedDaysFrom(places, country, day);
    return day * MS_PER_DAY + hour * MS_PER_HOUR;
  }

  /** Returns the number of closed days from a day on, until the first open one. */
  closedDaysFrom(places: readonly string[], country: string, day: number): number {
    const counts = this.countsOf(places);
    let closed = 0;
    while (closed < MAX_CLOSED_DAYS && !this.isOpen(counts, country, day + closed)) closed++;
    return closed;
  }

  private countsOf(places: readonly string[]): ScanCounts | undefined {
    for (const place of places) {
      const counts = this.counts.get(place);
      if (counts !== undefined && counts.count >= MIN_SCANS) return counts;
    }
    return undefined;
  }

  private hourOf(counts: ScanCounts | undefined): number {
    if (counts === undefined) return DEFAULT_HOUR;
    const rank = Math.floor(this.hourShare * counts.count);
    let bin = 0;
    for (let below = counts.byTimeOfDay[0]; below <= rank; below += counts.byTimeOfDay[bin]) bin++;
    return bin / BINS_PER_HOUR;
  }

  private isOpen(counts: ScanCounts | undefined, country: string, day: number): boolean {
    if (this.isHoliday(country, day)) return false;
    return counts === undefined || counts.byWeekday[weekdayOf(day)] > CLOSED_SHARE * Math.max(...counts.byWeekday);
  }
}
