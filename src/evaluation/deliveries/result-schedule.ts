import { MS_PER_HOUR } from '../../learn/durations';
import { appendTo } from '../../learn/group-by';

/** Items that become due at a time, by the hour. */
export class ResultSchedule<T> {
  private readonly byHour = new Map<number, T[]>();
  private hour = -Infinity;

  /** Adds an item that is due at the end of the hour of `at`, in ms. */
  add(at: number, item: T): void {
    const hour = Math.max(Math.floor(at / MS_PER_HOUR) + 1, this.hour + 1);
    appendTo(this.byHour, hour, item);
  }

  /** Removes and returns the items that are due at `now`, in order of their hours. */
  takeDue(now: number): T[] {
    const hour = Math.floor(now / MS_PER_HOUR);
    if (hour <= this.hour) return [];
    // Over a long pause, the hours that have items are fewer than all hours.
    const hours = [...this.byHour.keys()].filter((each) => each <= hour).sort((a, b) => a - b);
    this.hour = hour;
    return hours.flatMap((each) => {
      const items = this.byHour.get(each) ?? [];
      this.byHour.delete(each);
      return items;
    });
  }
}
