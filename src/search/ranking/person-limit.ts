import { MS_PER_DAY } from '../../learn/durations';

/** Maximum number of counted searches of one person for one query per day (UTC). */
export const MAX_PER_DAY = 3;
/** Maximum number of counted searches of one person for one query in total. */
export const MAX_TOTAL = 20;

/** Limits the influence of one person on the training data. Only the first searches of a person for a query count. */
export class PersonLimit {
  private readonly dayCounts = new Map<string, number>();
  private readonly totalCounts = new Map<string, number>();

  /**
   * Returns whether a search counts. Call it in order of time.
   * @param person customer or session; if null, every search counts
   * @param at ms since 1970
   */
  admits(person: string | null, query: string, at: number): boolean {
    if (person === null) return true;
    const pair = `${query} ${person}`;
    const day = `${Math.floor(at / MS_PER_DAY)} ${pair}`;
    const totalCount = this.totalCounts.get(pair) ?? 0;
    const dayCount = this.dayCounts.get(day) ?? 0;
    if (totalCount >= MAX_TOTAL || dayCount >= MAX_PER_DAY) return false;
    this.totalCounts.set(pair, totalCount + 1);
    this.dayCounts.set(day, dayCount + 1);
    return true;
  }
}
