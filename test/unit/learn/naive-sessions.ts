import { groupBy } from '../../../src/learn/group-by';
import type { SubjectEvent } from '../../../src/learn/session-store';
import type { WeightedProducts } from '../../../src/learn/recent-products';

/** A session of the batch computation. `products` holds [product, time of its newest event], by time and product. */
export interface NaiveSession {
  readonly subject: number;
  readonly order: number;
  readonly start: number;
  readonly end: number;
  readonly products: readonly (readonly [product: number, at: number])[];
}

/** The batch computation: splits all events into sessions, and returns those that start at or after the horizon. */
export function naiveSessions(events: readonly SubjectEvent[], horizon: number, idleMs: number): NaiveSession[] {
  const streams = groupBy(events, ({ subject, order }) => `${subject} ${order}`);
  const sessions: NaiveSession[] = [];
  for (const stream of streams.values()) {
    stream.sort((a, b) => a.at - b.at);
    const groups: SubjectEvent[][] = [];
    stream.forEach((event, i) => {
      if (i > 0 && event.at - stream[i - 1].at < idleMs) groups[groups.length - 1].push(event);
      else groups.push([event]);
    });
    for (const group of groups) {
      if (group[0].at < horizon) continue;
      const newest = new Map<number, number>();
      for (const { product, at } of group) newest.set(product, Math.max(at, newest.get(product) ?? -Infinity));
      const products = Array.from(newest).sort((a, b) => a[1] - b[1] || a[0] - b[0]);
      const { subject, order } = group[0];
      sessions.push({ subject, order, start: group[0].at, end: group[group.length - 1].at, products });
    }
  }
  return sessions.sort(compareSessions);
}

/** VMIS-kNN without an index. @returns the scores by product */
export function naiveNearest(
  sessions: readonly NaiveSession[],
  query: WeightedProducts,
  own: number,
  { newest, neighbours }: { newest: number; neighbours: number },
): Map<number, number> {
  const weightOf = new Map(Array.from(query.products, (product, i) => [product, query.weights[i]]));
  const common = (session: NaiveSession) => session.products.flatMap(([product]) => weightOf.get(product) ?? []);
  const similarity = (session: NaiveSession) => common(session).reduce((sum, weight) => sum + weight, 0);
  const nearest = newestWith(sessions, query.products, own, newest)
    .sort((a, b) => similarity(b) - similarity(a) || compareSessions(b, a))
    .slice(0, neighbours);
  const scores = new Map<number, number>();
  for (const session of nearest) {
    const weight = similarity(session) * Math.max(...common(session));
    for (const [product] of session.products) {
      const idf = Math.log(sessions.length / sessions.filter((each) => holds(each, product)).length);
      scores.set(product, (scores.get(product) ?? 0) + weight * idf);
    }
  }
  return scores;
}

/** Decayed transitions without an index. @returns the scores by product */
export function naiveTransitions(
  sessions: readonly NaiveSession[],
  query: WeightedProducts,
  own: number,
  { newest, steps, exponent }: { newest: number; steps: number; exponent: number },
): Map<number, number> {
  const scores = new Map<number, number>();
  query.products.forEach((product, i) => {
    const holders = newestWith(sessions, [product], own, newest);
    for (const session of holders) {
      const time = session.products.find(([each]) => each === product)?.[1] ?? NaN;
      const following = sessions.filter(
        (each) => each.subject === session.subject && compareSessions(each, session) >= 0,
      );
      const successors = following
        .flatMap((each) => each.products)
        .filter(([, at]) => at > time)
        .sort((a, b) => a[1] - b[1]);
      let rank = 0;
      successors.forEach(([successor, at], s) => {
        if (s === 0 || at !== successors[s - 1][1]) rank++;
        if (rank > steps) return;
        const weight = query.weights[i] / Math.pow(holders.length, exponent);
        scores.set(successor, (scores.get(successor) ?? 0) + weight / rank);
      });
    }
  });
  return scores;
}

/** Returns the newest sessions of other subjects with one of the products, newest first. */
function newestWith(
  sessions: readonly NaiveSession[],
  products: ArrayLike<number>,
  own: number,
  count: number,
): NaiveSession[] {
  return sessions
    .filter(
      (session) =>
        session.subject !== own && session.products.some(([product]) => Array.from(products).includes(product)),
    )
    .toReversed()
    .slice(0, count);
}

function compareSessions(a: NaiveSession, b: NaiveSession): number {
  return a.start - b.start || a.subject - b.subject || a.order - b.order;
}

function holds(session: NaiveSession, product: number): boolean {
  return session.products.some(([each]) => each === product);
}
