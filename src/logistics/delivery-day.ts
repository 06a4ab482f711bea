import { MS_PER_DAY } from '../learn/durations';

/** The days of a week, from Monday to Sunday. */
export const WEEKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Identifies a row of the shop's calendar of deliveries. */
export interface DeliveryDayKey {
  /** ISO 3166-1 alpha-2; empty for all countries. */
  readonly country: string;
  /** A date, such as 2026-12-24, or a day of each week. */
  readonly day: string;
}

/** What the shop knows of deliveries on a day. */
export interface DeliveryDayRecord extends DeliveryDayKey {
  readonly delivers: boolean;
}

/** The rows that hold for one country. */
export interface DeliveryDayRules {
  /** Whether parcels are delivered, by date: in days since 1970. */
  readonly dates: ReadonlyMap<number, boolean>;
  /** Whether parcels are delivered, by day of the week: 1 is Monday. */
  readonly weekdays: ReadonlyMap<number, boolean>;
}

/** Returns the rows that hold for a country; those of the country itself take precedence over those of all countries. */
export function rulesOf(records: readonly DeliveryDayRecord[], country: string | null): DeliveryDayRules {
  const [dates, weekdays] = [new Map<number, boolean>(), new Map<number, boolean>()];
  for (const own of ['', country])
    for (const { day, delivers } of records.filter((record) => record.country === own)) {
      const weekday = WEEKDAYS.indexOf(day as Weekday);
      if (weekday < 0) dates.set(Date.parse(`${day}T00:00:00Z`) / MS_PER_DAY, delivers);
      else weekdays.set(weekday + 1, delivers);
    }
  return { dates, weekdays };
}
