import { weekdayOf, type Day } from './calendar-terms';

/** Occurrences of a weekday that have to be zero before it can count as closed. */
const MIN_OCCURRENCES = 4;
/** Weeks that are looked at. */
const MAX_WEEKS = 26;
/** How unlikely so many zeros in a row have to be, were the weekday like the others. */
const MAX_CHANCE = 0.01;

/**
 * Weekdays on which the shop is closed, or never sells this: a run of zeros up to the end of the series that has a
 * probability below 1 % if the weekday were like the others. Of what sells every day four zeros suffice; of what rarely
 * sells it takes months. A week without any sale says nothing about a single weekday, so it does not count. All seven are
 * never closed: the last week that counts has a sale.
 */
export function closedWeekdays(first: Day, values: readonly number[]): ReadonlySet<number> {
  const weeks = weeksOf(first, values)
    .slice(-MAX_WEEKS)
    .filter((week) => week.some(({ value }) => value !== 0));
  const days = weeks.flat();
  const byWeekday = Array.from({ length: 7 }, (_, weekday) =>
    days.filter((day) => day.weekday === weekday).map(({ value }) => value),
  );
  const closed = byWeekday.flatMap((own, weekday) => {
    const zeros = own.length - 1 - own.findLastIndex((value) => value !== 0);
    const others = byWeekday.flatMap((all, other) => (other === weekday ? [] : all));
    const quietShare = others.filter((value) => value === 0).length / others.length;
    return zeros >= MIN_OCCURRENCES && quietShare ** zeros < MAX_CHANCE ? [weekday] : [];
  });
  return new Set(closed);
}

interface DayOfWeek {
  readonly weekday: number;
  readonly value: number;
}

/** From Monday to Sunday; the first and the last may be parts of weeks. */
function weeksOf(first: Day, values: readonly number[]): DayOfWeek[][] {
  const weeks: DayOfWeek[][] = [];
  values.forEach((value, n) => {
    const weekday = weekdayOf(first + n);
    if (n === 0 || weekday === 0) weeks.push([]);
    weeks[weeks.length - 1].push({ weekday, value });
  });
  return weeks;
}
