import { MS_PER_DAY } from '../../learn/durations';

/** Each month from 2000 to 2039: daylight saving time lasts longer. */
const OFFSET_SAMPLES = Array.from({ length: 40 * 12 }, (_, month) => Date.UTC(2000, month, 15));

/** An IANA time zone from the ICU data of Node.js. Wall-clock times are milliseconds since 1970 in local time. */
export class TimeZone {
  private readonly format: Intl.DateTimeFormat;
  private offsets: ReadonlySet<number> | undefined;

  /** @throws RangeError if the time zone does not exist */
  constructor(readonly name: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** Returns the wall-clock time at an instant. */
  wallAt(instant: number): number {
    const parts: Record<string, string> = {};
    for (const { type, value } of this.format.formatToParts(instant)) parts[type] = value;
    const year = parts.era === 'BC' ? 1 - Number(parts.year) : Number(parts.year);
    const wall = new Date(0);
    wall.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day));
    wall.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second));
    return wall.getTime() + (((instant % 1_000) + 1_000) % 1_000);
  }

  /** Returns the first instant at which clocks show a wall-clock time, or the instant at which they skip it. */
  instantOf(wall: number): number {
    const before = this.offsetAt(wall - MS_PER_DAY);
    const after = this.offsetAt(wall + MS_PER_DAY);
    const [earlier, later] = [wall - Math.max(before, after), wall - Math.min(before, after)];
    const shown = [earlier, later].find((instant) => this.wallAt(instant) === wall);
    return shown ?? this.skipAround(wall, earlier, later);
  }

  /**
   * Whether days begin at whole multiples of a length since 1970, by the offsets of 2000 to 2039: then clocks differ from UTC by
   * whole multiples of it, too.
   */
  startsDaysAt(length: number): boolean {
    if (MS_PER_DAY % length !== 0) return false;
    this.offsets ??= new Set(OFFSET_SAMPLES.map((instant) => this.offsetAt(instant)));
    return [...this.offsets].every((offset) => offset % length === 0);
  }

  private offsetAt(instant: number): number {
    return this.wallAt(instant) - instant;
  }

  /** Finds the instant in [low, high] at which clocks jump from before `wall` to after it, by binary search. */
  private skipAround(wall: number, low: number, high: number): number {
    let [early, late] = [low, high];
    while (early < late) {
      const middle = Math.floor((early + late) / 2);
      if (this.wallAt(middle) < wall) early = middle + 1;
      else late = middle;
    }
    return early;
  }
}
