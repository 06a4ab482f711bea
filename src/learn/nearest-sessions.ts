import type { WeightedProducts } from './recent-products';
import { kthLargest } from './select';
import type { SessionTable } from './session-table';

export interface NearestSessionsSettings {
  /** m: only the newest sessions with a product of the query count, per product and altogether. */
  readonly newest: number;
  /** k: number of neighbours. */
  readonly neighbours: number;
}

/** Values of Kersbergen et al. (2022). */
const NEAREST_SESSIONS: NearestSessionsSettings = { newest: 500, neighbours: 100 };

/**
 * Recommends by the nearest past sessions (VMIS-kNN: Kersbergen, Sprangers, Schelter, SIGMOD 2022). The similarity of a
 * session to the query is the sum of the weights of their common products. Of the m newest sessions with a product of
 * the query, the k most similar are the neighbours; if similarities are equal, the newer session is nearer. A product
 * scores Σ λ · similarity · ln(N / n) over the neighbours that contain it, where λ is the weight of the newest common
 * product, N the number of sessions and n the number of sessions with the product.
 *
 * An instance has scratch memory in proportion to the number of sessions.
 */
export class NearestSessions {
  private similarities = new Float64Array(0);
  private newestWeights = new Float64Array(0);
  private found = new Int32Array(64);
  private foundCount = 0;

  constructor(
    private readonly table: SessionTable,
    private readonly settings: NearestSessionsSettings = NEAREST_SESSIONS,
  ) {}

  /**
   * Adds the scores of products.
   * @param ownSubject subject whose sessions are no neighbours; −1 for none
   */
  score(query: WeightedProducts, ownSubject: number, add: (product: number, score: number) => void): void {
    const { table } = this;
    const { entries, postings } = table;
    this.collect(query, ownSubject);
    for (const session of this.nearest()) {
      const weight = this.similarities[session] * this.newestWeights[session];
      const end = entries.start(session) + entries.length(session) * entries.width;
      for (let at = entries.start(session); at < end; at += entries.width) {
        const product = entries.cells[at];
        add(product, weight * Math.log(table.size / postings.length(product)));
      }
    }
    for (let at = 0; at < this.foundCount; at++) this.similarities[this.found[at]] = 0;
  }

  /** Finds the newest sessions of each product of the query, with their similarities. */
  private collect({ products, weights }: WeightedProducts, ownSubject: number): void {
    const { table } = this;
    const { postings } = table;
    if (this.similarities.length < table.indexLimit) {
      this.similarities = new Float64Array(2 * table.indexLimit);
      this.newestWeights = new Float64Array(2 * table.indexLimit);
    }
    this.foundCount = 0;
    for (let i = 0; i < products.length; i++) {
      const start = postings.start(products[i]);
      let taken = 0;
      for (let at = start + postings.length(products[i]) - 1; at >= start && taken < this.settings.newest; at--) {
        const session = postings.cells[at];
        if (table.subjects[session] === ownSubject) continue;
        taken++;
        if (this.similarities[session] === 0) {
          this.append(session);
          this.newestWeights[session] = weights[i];
        } else if (weights[i] > this.newestWeights[session]) this.newestWeights[session] = weights[i];
        this.similarities[session] += weights[i];
      }
    }
  }

  /** Returns the neighbours: the k most similar of the m newest sessions. */
  private nearest(): number[] {
    const { table, similarities, settings } = this;
    const found = this.found.subarray(0, this.foundCount);
    const newest = bestOf(found, settings.newest, (session) => table.starts[session], table);
    const nearest = bestOf(newest, settings.neighbours, (session) => similarities[session], table);
    return nearest.sort((a, b) => similarities[b] - similarities[a] || table.compare(b, a));
  }

  private append(session: number): void {
    if (this.foundCount === this.found.length) {
      const larger = new Int32Array(2 * this.found.length);
      larger.set(this.found);
      this.found = larger;
    }
    this.found[this.foundCount++] = session;
  }
}

/** Returns the `count` sessions with the largest values; the newer of those with equal values. */
function bestOf(
  sessions: ArrayLike<number>,
  count: number,
  valueOf: (session: number) => number,
  table: SessionTable,
): number[] {
  const all = Array.from(sessions);
  if (all.length <= count) return all;
  const threshold = kthLargest(Float64Array.from(all, valueOf), all.length, count);
  const best = all.filter((session) => valueOf(session) > threshold);
  const ties = all.filter((session) => valueOf(session) === threshold).sort((a, b) => table.compare(b, a));
  return best.concat(ties.slice(0, count - best.length));
}
