import { bestSessions, NewestSessions } from './newest-sessions';
import type { WeightedProducts } from './recent-products';
import type { SessionTable } from './session-table';

export interface NearestSessionsSettings {
  /** m: only the newest sessions with a product of the query count. */
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
 * scores Σ λ · similarity · ln(N / n) over the neighbours that contain it, where λ is the largest weight of a common
 * product, N the number of sessions and n the number of sessions with the product.
 */
export class NearestSessions {
  private readonly newestSessions: NewestSessions;

  constructor(
    private readonly table: SessionTable,
    private readonly settings: NearestSessionsSettings = NEAREST_SESSIONS,
  ) {
    this.newestSessions = new NewestSessions(table);
  }

  /**
   * Adds the scores of products.
   * @param ownSubject subject whose sessions are no neighbours; −1 for none
   */
  score(query: WeightedProducts, ownSubject: number, add: (product: number, score: number) => void): void {
    const { table, settings } = this;
    const { entries, postings } = table;
    const { sessions: found } = this.newestSessions.find(query.products, settings.newest, ownSubject);
    // All products of the query in the newest of these count, because such a session is among the newest of each.
    const sessions = bestSessions(found, settings.newest, (each) => table.starts[each], table);
    const [similarities, largestWeights] = this.compare(sessions, query);
    const places = new Map(sessions.map((session, place) => [session, place]));
    const placeOf = (session: number): number => places.get(session) as number;
    const nearest = bestSessions(sessions, settings.neighbours, (each) => similarities[placeOf(each)], table);
    nearest.sort((a, b) => table.compare(b, a));
    for (const session of nearest) {
      const weight = similarities[placeOf(session)] * largestWeights[placeOf(session)];
      const end = entries.start(session) + entries.length(session) * entries.width;
      for (let at = entries.start(session); at < end; at += entries.width) {
        const product = entries.cells[at];
        add(product, weight * Math.log(table.size / postings.length(product)));
      }
    }
  }

  /** Returns each session's similarity, and its largest weight of a common product. */
  private compare(
    sessions: readonly number[],
    { products, weights }: WeightedProducts,
  ): [similarities: Float64Array, largestWeights: Float64Array] {
    const { entries } = this.table;
    const weightOf = new Map(Array.from(products, (product, i) => [product, weights[i]]));
    const similarities = new Float64Array(sessions.length);
    const largestWeights = new Float64Array(sessions.length);
    sessions.forEach((session, s) => {
      const end = entries.start(session) + entries.length(session) * entries.width;
      for (let at = entries.start(session); at < end; at += entries.width) {
        const weight = weightOf.get(entries.cells[at]);
        if (weight === undefined) continue;
        similarities[s] += weight;
        if (weight > largestWeights[s]) largestWeights[s] = weight;
      }
    });
    return [similarities, largestWeights];
  }
}
