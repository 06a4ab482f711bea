const DAY_MS = 24 * 3600_000;

/** Searches for one query that count of one person, in a day (UTC)… */
export const MAX_PER_DAY = 3;
/** …and in all. */
export const MAX_TOTAL = 20;

/**
 * Holds back who searches and clicks a thousand times: what many want is told from what one insists on. Of a person's
 * searches for a query the first ones count.
 */
export class PersonLimit {
  private readonly today = new Map<string, number>();
  private readonly ever = new Map<string, number>();

  /**
   * Whether a search counts; searches come in the order of their times.
   * @param person customer or visit; of nobody known every search counts
   * @param at ms since 1970
   */
  admits(person: string | null, query: string, at: number): boolean {
    if (person === null) return true;
    const pair = `${query} ${person}`;
    const day = `${Math.floor(at / DAY_MS)} ${pair}`;
    const inAll = this.ever.get(pair) ?? 0;
    const inDay = this.today.get(day) ?? 0;
    if (inAll >= MAX_TOTAL || inDay >= MAX_PER_DAY) return false;
    this.ever.set(pair, inAll + 1);
    this.today.set(day, inDay + 1);
    return true;
  }
}
