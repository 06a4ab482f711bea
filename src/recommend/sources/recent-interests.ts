import type { CustomerProfile } from '../../features/customer-profile';
import { recentProducts, type WeightedProducts } from '../../learn/recent-products';
import type { SessionTable } from '../../learn/session-table';

/** Maximum number of products in a query. It bounds the time of a list after a large order. */
const MAX_PRODUCTS = 50;
/** The customer is searched among this many products of the query, and this many sessions of each. */
const MAX_SEARCHED_PRODUCTS = 10;
const MAX_SEARCHED_SESSIONS = 100;

export interface RecentInterests {
  /**
   * The customer's newest products, about ten: see {@link recentProducts}. If more than 50 have equal times, the
   * products with the fewest sessions remain.
   */
  readonly query: WeightedProducts;
  /** The customer in the shop's sessions; −1 if no session has the newest products at the customer's times. */
  readonly subject: number;
}

/** Several sources use the interests of one profile. */
const known = new WeakMap<CustomerProfile, RecentInterests>();

export function recentInterests(profile: CustomerProfile, table: SessionTable): RecentInterests {
  let interests = known.get(profile);
  if (interests === undefined) known.set(profile, (interests = compute(profile, table)));
  return interests;
}

function compute({ interests, interestTimes }: CustomerProfile, table: SessionTable): RecentInterests {
  const { products, weights } = recentProducts(interests, interestTimes, 'products');
  const { postings } = table;
  const kept = Array.from(products.keys());
  if (kept.length > MAX_PRODUCTS) {
    kept.sort(
      (a, b) =>
        weights[b] - weights[a] ||
        postings.length(products[a]) - postings.length(products[b]) ||
        products[a] - products[b],
    );
    kept.length = MAX_PRODUCTS;
  }
  const query = {
    products: Int32Array.from(kept, (i) => products[i]),
    weights: Float64Array.from(kept, (i) => weights[i]),
  };
  const timeOf = new Map(Array.from(interests, (product, i) => [product, interestTimes[i]]));
  return { query, subject: subjectOf(table, query.products, (product) => timeOf.get(product) as number) };
}

/**
 * Returns the subject with the most of the customer's newest events: products at the same times; −1 if there is none. A
 * replica doesn't know the ids of the sessions' subjects. One event is not enough, because another subject can have an
 * event with the same product at the same time, and because the newest events are not in the sessions yet.
 */
function subjectOf(table: SessionTable, products: Int32Array, timeOf: (product: number) => number): number {
  const { entries, postings } = table;
  const matches = new Map<number, number>();
  for (const product of products.subarray(0, MAX_SEARCHED_PRODUCTS)) {
    const time = timeOf(product);
    const first = postings.start(product);
    const end = first + table.countBefore(postings, product, time + 1);
    for (let at = end - 1; at >= first && at >= end - MAX_SEARCHED_SESSIONS; at--) {
      const session = postings.cells[at];
      if (table.endOf(session) < time || table.timeAt(entries.find(session, product)) !== time) continue;
      const subject = table.subjects[session];
      matches.set(subject, (matches.get(subject) ?? 0) + 1);
    }
  }
  let [subject, most] = [-1, 0];
  for (const [each, count] of matches) if (count > most) [subject, most] = [each, count];
  return subject;
}
