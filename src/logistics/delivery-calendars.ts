import type DateHolidays from 'date-holidays';
import { MS_PER_DAY } from '../learn/durations';
import { TimeZone } from '../streams/window/time-zone';
import type { DeliveryCalendar } from './estimate/working-time';

const SUNDAY = 7;

/**
 * The days and the clocks of destinations, by country. Nothing is delivered on Sundays (where they are working days: on
 * the days of the weekend) and on public holidays. Regional holidays are open, because a postcode does not say the region.
 * Of a country with several time zones, the first one counts: for past parcels and new ones alike.
 */
export class DeliveryCalendars {
  private readonly byCountry = new Map<string | null, Promise<DeliveryCalendar>>();

  /** @param timeZone the clocks of unknown countries */
  constructor(private readonly timeZone: string) {}

  /** @param country ISO 3166-1 alpha-2, or null if it is unknown */
  of(country: string | null): Promise<DeliveryCalendar> {
    let calendar = this.byCountry.get(country);
    if (calendar === undefined) {
      calendar = this.load(country);
      calendar.catch(() => this.byCountry.delete(country));
      this.byCountry.set(country, calendar);
    }
    return calendar;
  }

  private async load(country: string | null): Promise<DeliveryCalendar> {
    // The rules of all countries take 10 MB.
    const holidays = country === null ? undefined : new (await import('date-holidays')).default(country);
    const [zone] = holidays?.getTimezones() ?? [];
    const restDays = restDaysOf(country);
    const holidaysByYear = new Map<number, ReadonlySet<number>>();
    const isClosed = (day: number) => {
      const date = new Date(day * MS_PER_DAY);
      if (restDays.has(date.getUTCDay() || SUNDAY)) return true;
      if (holidays === undefined) return false;
      const year = date.getUTCFullYear();
      let days = holidaysByYear.get(year);
      if (days === undefined) holidaysByYear.set(year, (days = publicHolidays(holidays, year)));
      return days.has(day);
    };
    return { timeZone: new TimeZone(zone ?? this.timeZone), isClosed };
  }
}

/** Returns the days of the week without deliveries: 1 is Monday. */
function restDaysOf(country: string | null): ReadonlySet<number> {
  if (country === null) return new Set([SUNDAY]);
  const locale = new Intl.Locale('und', { region: country }) as Intl.Locale & {
    getWeekInfo?: () => WeekInfo;
    readonly weekInfo?: WeekInfo;
  };
  const { weekend } = locale.getWeekInfo?.() ?? locale.weekInfo ?? { weekend: [SUNDAY] };
  return new Set(weekend.includes(SUNDAY) ? [SUNDAY] : weekend);
}

interface WeekInfo {
  readonly weekend: readonly number[];
}

function publicHolidays(calendar: DateHolidays, year: number): ReadonlySet<number> {
  // Undefined for an unknown country.
  const found = (calendar.getHolidays(year) as ReturnType<DateHolidays['getHolidays']> | undefined) ?? [];
  const days = found.flatMap(({ type, date, start, end }) => {
    // Half a day off is a working day of carriers. Clocks may change on a holiday.
    const length = Math.round((end.getTime() - start.getTime()) / MS_PER_DAY - 0.25);
    const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / MS_PER_DAY;
    return type === 'public' ? Array.from({ length }, (_, index) => first + index) : [];
  });
  return new Set(days);
}
