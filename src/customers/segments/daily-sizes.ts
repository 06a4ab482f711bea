import type { Day } from '../../learn/calendar-terms';

/** Entries into a segment and exits from it on one day. */
export interface DayOfChanges {
  readonly day: Day;
  readonly entries: number;
  readonly exits: number;
}

/** As {@link DayOfChanges}, with the number of members at the end of the day, or now for today. */
export interface DayOfSegment extends DayOfChanges {
  readonly size: number;
}

/**
 * Returns the size of a segment at the end of each day, oldest day first: the present size minus later entries plus
 * later exits.
 * @param size number of members now
 * @param changes all days from the first one until now that have changes, in any order
 */
export function dailySizes(size: number, changes: readonly DayOfChanges[], first: Day, last: Day): DayOfSegment[] {
  const byDay = new Map(changes.map((each) => [each.day, each]));
  let atEnd = size;
  for (const { day, entries, exits } of changes) if (day > last) atEnd -= entries - exits;
  const days: DayOfSegment[] = [];
  for (let day = last; day >= first; day--) {
    const { entries, exits } = byDay.get(day) ?? { entries: 0, exits: 0 };
    days.push({ day, size: atEnd, entries, exits });
    atEnd -= entries - exits;
  }
  return days.reverse();
}
