import { kthLargest } from './select';
import type { SessionTable } from './session-table';

/** The newest sessions of each product of a query. */
export interface FoundSessions {
  /** Distinct sessions. */
  readonly sessions: readonly number[];
  /** By product of the query: number of its sessions, and the oldest of them (−1 if it has none). */
  readonly counts: Int32Array;
  readonly oldest: Int32Array;
}

/** Finds the newest sessions with the products of a query. Its scratch memory is one byte per session. */
export class NewestSessions {
  private isFound = new Uint8Array(0);

  constructor(private readonly table: SessionTable) {}

  /**
   * @param count maximum number of sessions of each product
   * @param ownSubject subject whose sessions don't count; −1 for none
   */
  find(products: Int32Array, count: number, ownSubject: number): FoundSessions {
    const { table, isFound } = this;
    if (isFound.length < table.indexLimit) this.isFound = new Uint8Array(2 * table.indexLimit);
    const found = {
      sessions: [] as number[],
      counts: new Int32Array(products.length),
      oldest: new Int32Array(products.length).fill(-1),
    };
    products.forEach((product, i) => this.collect(product, i, count, ownSubject, found));
    for (const session of found.sessions) this.isFound[session] = 0;
    return found;
  }

  private collect(
    product: number,
    i: number,
    count: number,
    ownSubject: number,
    { sessions, counts, oldest }: FoundSessions & { sessions: number[] },
  ): void {
    const { postings, subjects } = this.table;
    const first = postings.start(product);
    for (let at = first + postings.length(product) - 1; at >= first && counts[i] < count; at--) {
      const session = postings.cells[at];
      if (subjects[session] === ownSubject) continue;
      counts[i]++;
      oldest[i] = session;
      if (this.isFound[session] === 1) continue;
      this.isFound[session] = 1;
      sessions.push(session);
    }
  }
}

/** Returns the `count` sessions with the largest values; the newer of those with equal values. */
export function bestSessions(
  sessions: readonly number[],
  count: number,
  valueOf: (session: number) => number,
  table: SessionTable,
): number[] {
  if (sessions.length <= count) return sessions.slice();
  const threshold = kthLargest(Float64Array.from(sessions, valueOf), sessions.length, count);
  const best = sessions.filter((session) => valueOf(session) > threshold);
  const ties = sessions.filter((session) => valueOf(session) === threshold).sort((a, b) => table.compare(b, a));
  return best.concat(ties.slice(0, count - best.length));
}
