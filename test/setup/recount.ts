/**
 * An independent recount of what the product keeps: straight from the definitions, over the set of events, sharing no
 * code with it.
 */
export interface SentEvent {
  readonly source: string;
  readonly id: string;
  readonly occurredAt: string;
  readonly type: string;
  /** Whose it is: a customer's… */
  readonly customerId?: string;
  /** …or a visit's. */
  readonly sessionId?: string;
  readonly productId: string;
  readonly quantity: number;
}

const POINTS: Record<string, number> = { VIEW: 1, ADD_TO_CART: 3, REMOVE_FROM_CART: -3, PURCHASE: 8, RETURN: -8 };

/** What a subject had done up to `position` counts as another's from there on. */
export interface Merged {
  readonly position: number;
  readonly from: string;
  readonly into: string;
}

/** Whose an event is in the end. */
export type Owner = (event: SentEvent) => string;

/** The customer or the visit that the event names. */
export const subjectOf: Owner = ({ customerId, sessionId }) =>
  customerId === undefined ? `s:${sessionId}` : `c:${customerId}`;

/**
 * Whose events are once their subjects were merged, again and again: what is done after a merge stays with its subject.
 * @param positions where in the log each event is, by id
 */
export function ownersAfter(merges: readonly Merged[], positions: ReadonlyMap<string, number>): Owner {
  const from = new Map<string, Merged[]>();
  for (const merge of [...merges].sort((a, b) => a.position - b.position)) {
    from.set(merge.from, [...(from.get(merge.from) ?? []), merge]);
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

/** For each pair "i j" (i < j) the number of groups that hold both; for each "i" the number that hold it. */
export type Counts = ReadonlyMap<string, number>;

/** Subjects whose points for a product sum to more than 0, by pair and by product. */
export function recountInterest(events: readonly SentEvent[], owner: Owner = subjectOf): Counts {
  const points = new Map<string, Map<string, number>>();
  for (const event of events) {
    const perUnit = event.type === 'PURCHASE' || event.type === 'RETURN' ? event.quantity : 1;
    addTo(points, owner(event), event.productId, POINTS[event.type] * perUnit);
  }
  return countPairs(points);
}

/** Orders (the id up to its colon, per owner) whose units of a product sum to more than 0. */
export function recountPurchases(events: readonly SentEvent[], owner: Owner = subjectOf): Counts {
  const units = new Map<string, Map<string, number>>();
  for (const event of events) {
    const sign = event.type === 'PURCHASE' ? 1 : event.type === 'RETURN' ? -1 : 0;
    if (sign === 0) continue;
    addTo(units, `${event.id.split(':')[0]} ${owner(event)}`, event.productId, sign * event.quantity);
  }
  return countPairs(units);
}

/** Distinct products by latest VIEW, newest first, of one subject. */
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
