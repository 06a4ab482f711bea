import type { Span } from './span';
import { TimeZone } from './time-zone';

/** A stretch of event time, from `start` up to but not at `end`; milliseconds since 1970. */
export interface Pane {
  readonly start: number;
  readonly end: number;
}

const DAY_MS = 86_400_000;
/** 1969-12-29 was a Monday: weeks, and every number of days, are counted from there. */
const FIRST_MONDAY = -3;
/** Panes that are remembered: events of one hour are mostly of one pane. */
const MAX_CACHED_PANES = 512;

/** Cuts event time into panes of one length: by the clock from 1970 on in UTC, by the calendar as its zone has it. */
export class Panes {
  private readonly zone: TimeZone;
  private known: Pane[] = [];
  private last: Pane = { start: 0, end: 0 };

  /** @throws RangeError where there is no such zone, or the length is none */
  constructor(
    readonly length: Span,
    timeZone: string,
  ) {
    if (!(length.count > 0)) throw new RangeError('a window of no length');
    this.zone = new TimeZone(timeZone);
  }

  /** The pane that an instant is in. */
  at(instant: number): Pane {
    const { unit, count } = this.length;
    if (unit === 'MILLISECOND') {
      const start = Math.floor(instant / count) * count;
      return { start, end: start + count };
    }
    if (instant >= this.last.start && instant < this.last.end) return this.last;
    let pane = this.known.find(({ start, end }) => instant >= start && instant < end);
    if (pane === undefined) {
      pane = this.find(instant);
      if (this.known.length >= MAX_CACHED_PANES) this.known = [];
      this.known.push(pane);
    }
    return (this.last = pane);
  }

  /** The pane that begins where one ends. */
  after({ end }: Pane): Pane {
    return this.at(end);
  }

  /**
   * Where the pane begins that is `steps` after one, or before it.
   * @param start where a pane begins
   * @param steps negative: before it
   */
  shift(start: number, steps: number): number {
    const { unit, count } = this.length;
    if (unit === 'MILLISECOND') return start + steps * count;
    const shifted = this.startOf(this.indexAt(start) + steps);
    // A zone that crossed the date line left out a day, which is no pane, or had one twice.
    const isCut = unit === 'DAY' && Math.abs(shifted - start - steps * count * DAY_MS) >= DAY_MS / 2;
    return isCut ? this.walk(start, steps) : shifted;
  }

  private walk(start: number, steps: number): number {
    let at = start;
    for (let step = 0; step < steps; step++) at = this.at(at).end;
    for (let step = 0; step > steps; step--) at = this.at(at - 1).start;
    return at;
  }

  private find(instant: number): Pane {
    // Where clocks were set back over midnight, what they show is of a day that has ended.
    for (let index = this.indexAt(instant) - 1; ; index++) {
      const pane = { start: this.startOf(index), end: this.startOf(index + 1) };
      if (instant < pane.end) return pane;
    }
  }

  private indexAt(instant: number): number {
    const wall = this.zone.wallAt(instant);
    const { unit, count } = this.length;
    if (unit === 'DAY') return Math.floor((Math.floor(wall / DAY_MS) - FIRST_MONDAY) / count);
    const date = new Date(wall);
    return Math.floor(((date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth()) / count);
  }

  private startOf(index: number): number {
    const { unit, count } = this.length;
    const wall =
      unit === 'DAY' ? (index * count + FIRST_MONDAY) * DAY_MS : new Date(0).setUTCFullYear(1970, index * count, 1);
    return this.zone.instantOf(wall);
  }
}
