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
 * sells it takes months. All seven are never closed.
 */
export function closedWeekdays(first: Day, values: readonly number[]): ReadonlySet<number> {
  const recent = values.slice(-7 * MAX_WEEKS);
  const start = first + values.length - recent.length;
  const byWeekday = Array.from({ length: 7 }, (_, weekday) =>
    recent.filter((_value, n) => weekdayOf(start + n) === weekday),
  );
  const closed = byWeekday.flatMap((own, weekday) => {
    const zeros = own.length - 1 - own.findLastIndex((value) => value !== 0);
    const others = byWeekday.flatMap((all, other) => (other === weekday ? [] : all));
    const quietShare = others.filter((value) => value === 0).length / others.length;
    return zeros >= MIN_OCCURRENCES && quietShare ** zeros < MAX_CHANCE ? [weekday] : [];
  });
  return new Set(closed);
}
