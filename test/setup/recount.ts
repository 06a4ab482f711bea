import { appendTo } from '../../src/learn/group-by';

/**
 * An independent recount of the product's state: directly from the definitions, over the set of events, without shared
 * code.
 */
export interface SentEvent {
  readonly source: string;
  readonly id: string;
  readonly occurredAt: string;
  readonly type: string;
  /** The customer of the event, if it has one. */
  readonly customerId?: string;
  /** Otherwise its session. */
  readonly sessionId?: string;
  readonly productId: string;
  readonly quantity: number;
}

const POINTS: Record<string, number> = { VIEW: 1, ADD_TO_CART: 3, REMOVE_FROM_CART: -3, PURCHASE: 8, RETURN: -8 };

/** Events of a subject up to `position` count as events of the other subject from then on. */
export interface Merged {
  readonly position: number;
  readonly from: string;
  readonly into: string;
}

/** Returns the subject that an event belongs to after all merges. */
export type Owner = (event: SentEvent) => string;

/** Returns the customer or the session that the event names. */
export const subjectOf: Owner = ({ customerId, sessionId }) =>
  customerId === undefined ? `s:${sessionId}` : `c:${customerId}`;

/**
 * Returns a function that gives the owner of an event after all merges of its subject. An event after a merge stays
 * with its subject until the next one.
 * @param positions the log position of each event, by id
 */
export function ownersAfter(merges: readonly Merged[], positions: ReadonlyMap<string, number>): Owner {
  const from = new Map<string, Merged[]>();
  for (const merge of [...merges].sort((a, b) => a.position - b.position)) {
    appendTo(from, merge.from, merge);
  }
  return (event) => {
    let owner = subjectOf(event);
    let at = positions.get(event.id) ?? Infinity;
    for (;;) {
      const next = from.get(owner)?.find(({ position }) => position > at);
      if (!next) return owner;
      [owner, at] = [next.into, next.position];
    }
  };
}

/** For each pair "i j" (i < j) the number of groups that contain both; for each "i" the number that contain it. */
export type Counts = ReadonlyMap<string, number>;

/** Counts the subjects whose points for a product sum to more than 0, by product and by pair of products. */
export function recountInterest(events: readonly SentEvent[], owner: Owner = subjectOf): Counts {
  const points = new Map<string, Map<string, number>>();
  for (const event of events) {
    const perUnit = event.type === 'PURCHASE' || event.type === 'RETURN' ? event.quantity : 1;
    addTo(points, owner(event), event.productId, POINTS[event.type] * perUnit);
  }
  return countPairs(points);
}

/**
 * Counts the orders (the id up to its colon, for each owner) whose units of a product sum to more than 0, by product
 * and by pair of products.
 */
export function recountPurchases(events: readonly SentEvent[], owner: Owner = subjectOf): Counts {
  const units = new Map<string, Map<string, number>>();
  for (const event of events) {
    const sign = event.type === 'PURCHASE' ? 1 : event.type === 'RETURN' ? -1 : 0;
    if (sign === 0) continue;
    addTo(units, `${event.id.split(':')[0]} ${owner(event)}`, event.productId, sign * event.quantity);
  }
  return countPairs(units);
}

/** Returns one subject's distinct products by latest VIEW, newest first. */
export function recountViewed(events: readonly SentEvent[], subject: string, owner: Owner = subjectOf): string[] {
  const latest = new Map<string, string>();
  for (const event of events) {
    if (event.type !== 'VIEW' || owner(event) !== subject) continue;
    const before = latest.get(event.productId);
    if (before === undefined || before < event.occurredAt) latest.set(event.productId, event.occurredAt);
  }
  return [...latest].sort((a, b) => (a[1] < b[1] ? 1 : a[1] > b[1] ? -1 : a[0] < b[0] ? -1 : 1)).map(([id]) => id);
}

function addTo(sums: Map<string, Map<string, number>>, group: string, product: string, by: number): void {
  let products = sums.get(group);
  if (!products) sums.set(group, (products = new Map()));
  products.set(product, (products.get(product) ?? 0) + by);
}

function countPairs(sums: Map<string, Map<string, number>>): Counts {
  const counts = new Map<string, number>();
  for (const products of sums.values()) {
    const held = [...products].filter(([, sum]) => sum > 0).map(([id]) => id);
    held.sort();
    held.forEach((a, n) => {
      counts.set(a, (counts.get(a) ?? 0) + 1);
      for (const b of held.slice(n + 1)) counts.set(`${a} ${b}`, (counts.get(`${a} ${b}`) ?? 0) + 1);
    });
  }
  return counts;
}
