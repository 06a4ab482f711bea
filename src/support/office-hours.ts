import { MS_PER_DAY } from '../learn/durations';
import { isoDay, type WeeklyHours } from '../platform/weekly-hours';
import { TimeZone } from '../streams/window/time-zone';

/** When people of the shop answer, by the clocks of its time zone. */
export class OfficeHours {
  private readonly holidays: ReadonlySet<string>;

  constructor(
    private readonly hours: WeeklyHours,
    holidays: readonly string[],
    private readonly zone: TimeZone,
  ) {
    this.holidays = new Set(holidays);
  }

  /** IANA name. */
  get timeZone(): string {
    return this.zone.name;
  }

  /** Returns when the office opens next, in milliseconds since 1970; null while it is open. */
  nextOpening(now: number): number | null {
    const wall = this.zone.wallAt(now);
    const today = wall - (wall % MS_PER_DAY);
    if (this.spansOf(today).some(({ from, to }) => today + from <= wall && wall < today + to)) return null;
    for (let day = today; ; day += MS_PER_DAY)
      for (const { from } of this.spansOf(day)) {
        const opening = this.zone.instantOf(day + from);
        if (opening > now) return opening;
      }
  }

  private spansOf(day: number): WeeklyHours[number] {
    const date = isoDay(day);
    if (this.holidays.has(date) || this.holidays.has(date.slice(5))) return [];
    return this.hours[new Date(day).getUTCDay()]!;
  }
}

/** Returns the office hours of a shop; undefined if it has none: then a person may come at any time. */
export function officeHoursOf(config: {
  readonly officeHours: WeeklyHours | undefined;
  readonly holidays: readonly string[];
  readonly timeZone: string;
}): OfficeHours | undefined {
  return config.officeHours && new OfficeHours(config.officeHours, config.holidays, new TimeZone(config.timeZone));
}
