import { MS_PER_DAY } from '../../learn/durations';
import type { IsoDuration } from './iso-duration';
import { TimeZone } from './time-zone';

/** A range [start, end) of event time, in milliseconds since 1970. */
export interface Pane {
  readonly start: number;
  readonly end: number;
}

/** Day number of 1969-12-29, a Monday. Weeks and multiples of days are counted from this day. */
const FIRST_MONDAY = -3;
/** Maximum number of cached panes. Few are in use, because events of the same hour usually fall into the same pane. */
const MAX_CACHED_PANES = 512;

/**
 * Splits event time into panes of one length. Panes of clock units are counted from 1970-01-01T00:00Z. Panes of
 * calendar units follow the calendar of the time zone.
 */
export class Panes {
  private readonly zone: TimeZone;
  private cachedPanes: Pane[] = [];
  private last: Pane = { start: 0, end: 0 };

  /** @throws RangeError if the time zone does not exist or the length is 0 */
  constructor(
    readonly length: IsoDuration,
    timeZone: string,
  ) {
    if (!(length.count > 0)) throw new RangeError('the length of a window must be greater than 0');
    this.zone = new TimeZone(timeZone);
  }

  /** Returns the pane that contains an instant. */
  paneAt(instant: number): Pane {
    const { unit, count } = this.length;
    if (unit === 'MILLISECOND') {
      const start = Math.floor(instant / count) * count;
      return { start, end: start + count };
    }
    if (instant >= this.last.start && instant < this.last.end) return this.last;
    let pane = this.cachedPanes.find(({ start, end }) => instant >= start && instant < end);
    if (pane === undefined) {
      pane = this.find(instant);
      if (this.cachedPanes.length >= MAX_CACHED_PANES) this.cachedPanes = [];
      this.cachedPanes.push(pane);
    }
    return (this.last = pane);
  }

  /** Returns whether all panes begin and end where panes of the other length do, by the definitions of both. */
  consistOf(finer: Panes): boolean {
    const { unit, count } = this.length;
    const { unit: finerUnit, count: finerCount } = finer.length;
    if (unit === finerUnit) return count % finerCount === 0;
    const [own, other] = [this.progression(), finer.progression()];
    if (own !== null && other !== null)
      return own.step % other.step === 0 && (own.anchor - other.anchor) % other.step === 0;
    if (finerUnit === 'MILLISECOND') return this.zone.startsDaysAt(finerCount);
    return unit === 'MONTH' && finerCount === 1;
  }

  /** Returns a boundary of the panes and the time between two, in ms; null if that time is not always the same. */
  private progression(): { readonly anchor: number; readonly step: number } | null {
    const { unit, count } = this.length;
    if (unit === 'MILLISECOND') return { anchor: 0, step: count };
    const isConstant = unit === 'DAY' && this.zone.startsDaysAt(MS_PER_DAY);
    return isConstant ? { anchor: FIRST_MONDAY * MS_PER_DAY, step: count * MS_PER_DAY } : null;
  }

  /** Returns the pane that begins where another one ends. */
  after({ end }: Pane): Pane {
    return this.paneAt(end);
  }

  /**
   * Returns the start of the pane that is `steps` panes after another one.
   * @param start start of a pane
   * @param steps negative for a pane before it
   */
  shiftStart(start: number, steps: number): number {
    const { unit, count } = this.length;
    if (unit === 'MILLISECOND') return start + steps * count;
    const shifted = this.startOf(this.indexAt(start) + steps);
    // When a time zone moves across the date line, it skips a day (which then has no pane) or repeats one. Then the
    // dates do not show how many panes lie between two instants, so the panes are counted one by one.
    const crossesDateLine = unit === 'DAY' && Math.abs(shifted - start - steps * count * MS_PER_DAY) >= MS_PER_DAY / 2;
    return crossesDateLine ? this.walk(start, steps) : shifted;
  }

  private walk(start: number, steps: number): number {
    let at = start;
    for (let step = 0; step < steps; step++) at = this.paneAt(at).end;
    for (let step = 0; step > steps; step--) at = this.paneAt(at - 1).start;
    return at;
  }

  private find(instant: number): Pane {
    // If clocks are set back over midnight, they show the previous day again, although its pane has ended. Then the
    // next pane is returned.
    for (let index = this.indexAt(instant) - 1; ; index++) {
      const pane = { start: this.startOf(index), end: this.startOf(index + 1) };
      if (instant < pane.end) return pane;
    }
  }

  private indexAt(instant: number): number {
    const wall = this.zone.wallAt(instant);
    const { unit, count } = this.length;
    if (unit === 'DAY') return Math.floor((Math.floor(wall / MS_PER_DAY) - FIRST_MONDAY) / count);
    const date = new Date(wall);
    return Math.floor(((date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()) / count);
  }

  private startOf(index: number): number {
    const { unit, count } = this.length;
    const wall =
      unit === 'DAY' ? (index * count + FIRST_MONDAY) * MS_PER_DAY : new Date(0).setUTCFullYear(1970, index * count, 1);
    return this.zone.instantOf(wall);
  }
}
