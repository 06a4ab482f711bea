import type DateHolidays from 'date-holidays';
import { weekdayOf } from '../learn/calendar-terms';
import { MS_PER_DAY } from '../learn/durations';
import { TimeZone } from '../streams/window/time-zone';
import { rulesOf, type DeliveryDayRecord, type DeliveryDayRules } from './delivery-day';
import type { DeliveryCalendar } from './estimate/working-time';

const SUNDAY = 7;
/** How long the shop's own days are used before they are read again. */
const FRESH_MS = 60_000;
/** How long they are used while they are being read again. */
const MAX_AGE_MS = 5 * 60_000;

/**
 * The days and the clocks of destinations, by country. Nothing is delivered on Sundays (where they are working days: on
 * the days of the weekend) and on public holidays. Regional holidays are open, because a postcode does not say the region.
 * What the shop has set for a day takes precedence. Of a country with several time zones, the first one counts: for past
 * parcels and new ones alike.
 */
export class DeliveryCalendars {
  private readonly byCountry = new Map<string | null, Promise<BuiltInCalendar>>();
  private own: OwnCalendars | undefined;
  private reading: Promise<OwnCalendars> | undefined;

  /**
   * @param timeZone the clocks of unknown countries
   * @param readDays reads the shop's own days. The last ones are used while it fails
   */
  constructor(
    private readonly timeZone: string,
    private readonly readDays: () => Promise<readonly DeliveryDayRecord[]> = () => Promise.resolve([]),
  ) {}

  /** @param country ISO 3166-1 alpha-2, or null if it is unknown */
  async of(country: string | null): Promise<DeliveryCalendar> {
    const own = await this.ownCalendars();
    const known = own.byCountry.get(country);
    if (known !== undefined) return known;
    const calendar = withRules(await this.builtIn(country), rulesOf(own.days, country));
    own.byCountry.set(country, calendar);
    return calendar;
  }

  private async ownCalendars(): Promise<OwnCalendars> {
    const last = this.own;
    const ageMs = last === undefined ? Infinity : performance.now() - last.readAt;
    if (last !== undefined && ageMs < FRESH_MS) return last;
    this.reading ??= this.readOwn().finally(() => (this.reading = undefined));
    if (last === undefined) return this.reading;
    const read = this.reading.catch(() => (this.own = { ...last, readAt: performance.now() }));
    return ageMs < MAX_AGE_MS ? last : read;
  }

  private async readOwn(): Promise<OwnCalendars> {
    const readAt = performance.now();
    this.own = { readAt, days: await this.readDays(), byCountry: new Map() };
    return this.own;
  }

  private builtIn(country: string | null): Promise<BuiltInCalendar> {
    let calendar = this.byCountry.get(country);
    if (calendar === undefined) {
      calendar = this.load(country);
      calendar.catch(() => this.byCountry.delete(country));
      this.byCountry.set(country, calendar);
    }
    return calendar;
  }

  private async load(country: string | null): Promise<BuiltInCalendar> {
    // The rules of all countries take 10 MB.
    const holidays = country === null ? undefined : new (await import('date-holidays')).default(country);
    const [zone] = holidays?.getTimezones() ?? [];
    const restDays = restDaysOf(country);
    const holidaysByYear = new Map<number, ReadonlySet<number>>();
    const isHoliday = (day: number) => {
      if (holidays === undefined) return false;
      const year = new Date(day * MS_PER_DAY).getUTCFullYear();
      let days = holidaysByYear.get(year);
      if (days === undefined) holidaysByYear.set(year, (days = publicHolidays(holidays, year)));
      return days.has(day);
    };
    return { timeZone: new TimeZone(zone ?? this.timeZone), restDays, isHoliday };
  }
}

interface BuiltInCalendar {
  readonly timeZone: TimeZone;
  /** Days of the week: 1 is Monday. */
  readonly restDays: ReadonlySet<number>;
  /** @param day in days since 1970 */
  readonly isHoliday: (day: number) => boolean;
}

/** The calendars with the shop's own days. */
interface OwnCalendars {
  /** By `performance.now()`. */
  readonly readAt: number;
  readonly days: readonly DeliveryDayRecord[];
  readonly byCountry: Map<string | null, DeliveryCalendar>;
}

function withRules(
  { timeZone, restDays, isHoliday }: BuiltInCalendar,
  { dates, weekdays }: DeliveryDayRules,
): DeliveryCalendar {
  return {
    timeZone,
    isClosed: (day) => {
      const delivers = dates.get(day);
      if (delivers !== undefined) return !delivers;
      const weekday = weekdayOf(day) + 1;
      const isRestDay = weekdays.has(weekday) ? !weekdays.get(weekday) : restDays.has(weekday);
      return isRestDay || isHoliday(day);
    },
  };
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
