import type { WeightedProducts } from './recent-products';
import type { SessionTable } from './session-table';

export interface ItemTransitionsSettings {
  /** m: only the newest sessions with a product of the query count. */
  readonly newest: number;
  /** Number of later ranks of a subject that count as successors of a product. */
  readonly steps: number;
  /** A score is divided by (number of evaluated sessions)^exponent. */
  readonly exponent: number;
}

const ITEM_TRANSITIONS: ItemTransitionsSettings = { newest: 500, steps: 10, exponent: 0.5 };

/**
 * Recommends by decayed item-to-item transitions: what subjects did after an event with a product of the query. The
 * successors of a product are the later products of its session and of the next sessions of the same subject, where
 * products with equal times share a rank. A successor that is d ranks later scores 1 / d (sequential rules: Ludewig &
 * Jannach, UMUAI 2018), times the weight of the query's product.
 *
 * Transitions are computed from the sessions when they are read, so they are as exact as the sessions.
 */
export class ItemTransitions {
  /** While the successors of a product are read: the current rank, its time, and the time of the product. */
  private rank = 0;
  private rankTime = 0;
  private productTime = 0;

  constructor(
    private readonly table: SessionTable,
    private readonly settings: ItemTransitionsSettings = ITEM_TRANSITIONS,
  ) {}

  /**
   * Adds the scores of products.
   * @param ownSubject subject whose sessions don't count; −1 for none
   */
  score(query: WeightedProducts, ownSubject: number, add: (product: number, score: number) => void): void {
    const { table, settings } = this;
    const { postings } = table;
    query.products.forEach((product, i) => {
      const start = postings.start(product);
      const sessions: number[] = [];
      for (let at = start + postings.length(product) - 1; at >= start && sessions.length < settings.newest; at--) {
        if (table.subjects[postings.cells[at]] !== ownSubject) sessions.push(postings.cells[at]);
      }
      const weight = query.weights[i] / Math.pow(sessions.length, settings.exponent);
      for (const session of sessions) this.addSuccessors(session, product, weight, add);
    });
  }

  private addSuccessors(
    session: number,
    product: number,
    weight: number,
    add: (product: number, score: number) => void,
  ): void {
    const { table } = this;
    const { entries, sessionsOf } = table;
    const own = entries.find(session, product);
    this.rank = 0;
    this.rankTime = this.productTime = table.timeAt(own);
    this.addRanks(session, own + entries.width, weight, add);
    const first = sessionsOf.start(table.subjects[session]);
    const end = first + sessionsOf.length(table.subjects[session]);
    let next = first + sessionsOf.cells.subarray(first, end).indexOf(session) + 1;
    for (; next < end && this.rank <= this.settings.steps; next++) {
      const later = sessionsOf.cells[next];
      this.addRanks(later, entries.start(later), weight, add);
    }
  }

  /** Adds the scores of a session's products from an offset on. Sessions of a subject may overlap in time. */
  private addRanks(session: number, from: number, weight: number, add: (product: number, score: number) => void): void {
    const { table } = this;
    const { entries } = table;
    const end = entries.start(session) + entries.length(session) * entries.width;
    for (let at = from; at < end; at += entries.width) {
      const time = table.timeAt(at);
      if (time <= this.productTime) continue;
      if (time !== this.rankTime) {
        this.rankTime = time;
        if (++this.rank > this.settings.steps) return;
      }
      add(entries.cells[at], weight / this.rank);
    }
  }
}
