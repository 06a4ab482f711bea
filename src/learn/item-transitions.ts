import { grown } from './grown';
import { NewestSessions } from './newest-sessions';
import type { WeightedProducts } from './recent-products';
import type { SessionTable } from './session-table';

export interface ItemTransitionsSettings {
  /** m: for each product of the query, only the newest sessions with it count. */
  readonly newest: number;
  /** Number of later ranks of a subject that count as successors of a product. */
  readonly steps: number;
  /** A score is divided by (number of these sessions)^exponent. */
  readonly exponent: number;
}

export const ITEM_TRANSITIONS: ItemTransitionsSettings = { newest: 500, steps: 10, exponent: 0.5 };

/** When this many successors of an event have been read, later sessions don't count. It bounds the time of a list. */
const MAX_SUCCESSORS = 1_000;

/**
 * Recommends by decayed item-to-item transitions: what subjects did after an event with a product of the query. The
 * successors of a product are the later products of its session and of the next sessions of the same subject, where
 * products with equal times share a rank. A successor that is d ranks later scores 1 / d (sequential rules: Ludewig &
 * Jannach, UMUAI 2018), times the weight of the query's product.
 *
 * Transitions are computed from the sessions when they are read, so they are as exact as the sessions. Products of the
 * query with equal times in a session, such as the lines of an order, have the same successors, which are read once.
 */
export class ItemTransitions {
  private readonly newestSessions: NewestSessions;
  /** Scratch memory: products that a subject had after an event, in order of time. */
  private products = new Int32Array(64);
  private times = new Float64Array(64);
  private count = 0;

  constructor(
    private readonly table: SessionTable,
    private readonly settings: ItemTransitionsSettings = ITEM_TRANSITIONS,
  ) {
    this.newestSessions = new NewestSessions(table);
  }

  /**
   * Adds the scores of products.
   * @param ownSubject subject whose sessions don't count; −1 for none
   */
  score(query: WeightedProducts, ownSubject: number, add: (product: number, score: number) => void): void {
    const { table, settings } = this;
    const { entries } = table;
    const { sessions, counts, oldest } = this.newestSessions.find(query.products, settings.newest, ownSubject);
    const places = new Map(Array.from(query.products, (product, i) => [product, i]));
    const weights = query.weights.map((weight, i) => weight / counts[i] ** settings.exponent);
    for (const session of sessions) {
      const end = entries.start(session) + entries.length(session) * entries.width;
      let [time, weight] = [-Infinity, 0];
      for (let at = entries.start(session); at < end; at += entries.width) {
        if (table.timeAt(at) !== time) {
          if (weight > 0) this.addSuccessors(session, time, weight, add);
          [time, weight] = [table.timeAt(at), 0];
        }
        const i = places.get(entries.cells[at]);
        if (i !== undefined && table.compare(session, oldest[i]) >= 0) weight += weights[i];
      }
      if (weight > 0) this.addSuccessors(session, time, weight, add);
    }
  }

  private addSuccessors(
    session: number,
    time: number,
    weight: number,
    add: (product: number, score: number) => void,
  ): void {
    this.collectSuccessors(session, time);
    const { products, times } = this;
    let [rank, rankTime] = [0, time];
    for (let i = 0; i < this.count; i++) {
      if (times[i] !== rankTime) {
        rankTime = times[i];
        if (++rank > this.settings.steps) return;
      }
      add(products[i], weight / rank);
    }
  }

  /**
   * Reads the products that the subject of a session had after a time, until all ranks are complete, or
   * {@link MAX_SUCCESSORS} products are read.
   */
  private collectSuccessors(session: number, time: number): void {
    const { table } = this;
    this.count = 0;
    let ranks = this.collectAfter(session, time);
    for (const later of table.sessionsAfter(session)) {
      // Sessions of a subject can overlap, but no later one has a product before its own start.
      const isBefore = this.count > 0 && this.times[this.count - 1] < table.starts[later];
      if ((isBefore && ranks >= this.settings.steps) || this.count >= MAX_SUCCESSORS) break;
      ranks += this.collectAfter(later, time);
    }
  }

  /** @returns the number of new ranks; too few if the session overlaps those that have been read */
  private collectAfter(session: number, time: number): number {
    const { table } = this;
    const { entries } = table;
    const end = entries.start(session) + entries.length(session) * entries.width;
    let newest = this.count === 0 ? time : this.times[this.count - 1];
    let ranks = 0;
    for (let at = entries.start(session); at < end; at += entries.width) {
      const entryTime = table.timeAt(at);
      if (entryTime <= time) continue;
      if (entryTime > newest) {
        newest = entryTime;
        ranks++;
      }
      this.insert(entries.cells[at], entryTime);
    }
    return ranks;
  }

  /** Inserts a product by its time. Nearly always it is the newest. */
  private insert(product: number, time: number): void {
    if (this.count === this.products.length) this.grow();
    const { products, times } = this;
    let at = this.count++;
    for (; at > 0 && times[at - 1] > time; at--) {
      products[at] = products[at - 1];
      times[at] = times[at - 1];
    }
    products[at] = product;
    times[at] = time;
  }

  private grow(): void {
    this.products = grown(this.products, 2 * this.count);
    this.times = grown(this.times, 2 * this.count);
  }
}
