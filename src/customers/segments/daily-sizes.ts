import { MS_PER_DAY } from '../../learn/durations';

/** Entries into a segment and exits from it on one day. */
export interface DayOfChanges {
  /** Start of the day in UTC, in milliseconds since 1970. */
  readonly startAt: number;
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
 * @param changes all days from `from` until now that have changes, in any order
 * @param from start of the first day @param to start of the last day
 */
export function dailySizes(size: number, changes: readonly DayOfChanges[], from: number, to: number): DayOfSegment[] {
  const byDay = new Map(changes.map((day) => [day.startAt, day]));
  let atEnd = size;
  for (const { startAt, entries, exits } of changes) if (startAt > to) atEnd -= entries - exits;
  const days: DayOfSegment[] = [];
  for (let startAt = to; startAt >= from; startAt -= MS_PER_DAY) {
    const { entries, exits } = byDay.get(startAt) ?? { entries: 0, exits: 0 };
    days.push({ startAt, size: atEnd, entries, exits });
    atEnd -= entries - exits;
  }
  return days.reverse();
}

/** Returns the start of the day in UTC. */
export function startOfDay(time: number): number {
  return Math.floor(time / MS_PER_DAY) * MS_PER_DAY;
}
