import { weekdayOf, type Day } from './calendar-terms';

/** Minimum number of consecutive zeros before a weekday can count as closed. */
const MIN_OCCURRENCES = 4;
/** Number of latest weeks that are examined. */
const MAX_WEEKS = 26;
/** A weekday counts as closed only if its run of zeros would be less probable than this on the other weekdays. */
const MAX_PROBABILITY = 0.01;

/**
 * Returns the weekdays on which the shop is closed or never sells this product. Such a weekday has a run of zeros up to
 * the end of the series that would have a probability below 1 % if the weekday were like the others. For a product that
 * sells every day, four zeros suffice; for a product that rarely sells, it takes months of zeros. A week without any
 * sale carries no information about a single weekday, so it is skipped. The seven weekdays are never all closed,
 * because weeks without a sale are skipped and so the last examined week has a sale.
 */
export function closedWeekdays(first: Day, values: readonly number[]): ReadonlySet<number> {
  const weeks = weeksOf(first, values)
    .slice(-MAX_WEEKS)
    .filter((week) => week.some(({ value }) => value !== 0));
  const days = weeks.flat();
  const byWeekday = Array.from({ length: 7 }, (_, weekday) =>
    days.filter((day) => day.weekday === weekday).map(({ value }) => value),
  );
  const closed = byWeekday.flatMap((weekdayValues, weekday) => {
    const zeros = weekdayValues.length - 1 - weekdayValues.findLastIndex((value) => value !== 0);
    const others = byWeekday.flatMap((all, other) => (other === weekday ? [] : all));
    const quietShare = others.filter((value) => value === 0).length / others.length;
    return zeros >= MIN_OCCURRENCES && quietShare ** zeros < MAX_PROBABILITY ? [weekday] : [];
  });
  return new Set(closed);
}

interface DayOfWeek {
  readonly weekday: number;
  readonly value: number;
}

/** Splits the days into weeks from Monday to Sunday. The first and the last week may be incomplete. */
function weeksOf(first: Day, values: readonly number[]): DayOfWeek[][] {
  const weeks: DayOfWeek[][] = [];
  values.forEach((value, n) => {
    const weekday = weekdayOf(first + n);
    if (n === 0 || weekday === 0) weeks.push([]);
    weeks[weeks.length - 1].push({ weekday, value });
  });
  return weeks;
}
