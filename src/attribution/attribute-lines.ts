import type { ListReferences } from './list-reference';
import { queryKey } from '../search/query-log/query-key';
import type { ListEvent, OrderLineFacts, OwnSearch } from './visitor-facts.store';

export const TOUCHES = ['CLICK', 'VIEW', 'ADD_TO_CART', 'LINE', 'IMPRESSION'] as const;
export type Touch = (typeof TOUCHES)[number];

/** Maximum time from a viewed impression to the order of a view-through. */
const VIEW_THROUGH_MS = 86_400_000;
const DAY_MS = 86_400_000;

/** A row of `attributed_lines`: an order line and what earned it. Amounts are decimal text, times milliseconds since 1970. */
export interface AttributedLineRow {
  readonly orderId: string;
  readonly sequence: number;
  readonly subject: string;
  readonly day: string;
  readonly placedAt: number;
  readonly currency: string;
  readonly productId: string;
  readonly units: number;
  readonly revenue: string;
  readonly orders: number;
  readonly touch: Touch | null;
  readonly touchedAt: number | null;
  readonly kind: string | null;
  readonly placement: string | null;
  readonly placementOrders: number;
  readonly intent: string | null;
  readonly query: string | null;
  readonly requestId: string | null;
  readonly modelVersion: string | null;
}

/** The list events of buyers, and the products for which they count. */
export class TouchIndex {
  private readonly byProduct = new Map<string, ListEvent[]>();
  private readonly groupOf: ReadonlyMap<string, string>;

  /** @param events in order of time and then of the log @param groups the group of each product that has one */
  constructor(events: readonly ListEvent[], groups: readonly { readonly id: string; readonly groupId: string }[]) {
    this.groupOf = new Map(groups.map(({ id, groupId }) => [id, groupId]));
    for (const event of events) {
      const key = this.keyOf(event.owner, event.productId);
      const list = this.byProduct.get(key);
      if (list === undefined) this.byProduct.set(key, [event]);
      else list.push(event);
    }
  }

  /** Returns the last event of the owner on the product or a variant of its group that meets a condition. */
  findLast(owner: string, productId: string, condition: (event: ListEvent) => boolean): ListEvent | undefined {
    return this.byProduct.get(this.keyOf(owner, productId))?.findLast(condition);
  }

  private keyOf(owner: string, productId: string): string {
    const group = this.groupOf.get(productId);
    return JSON.stringify(group === undefined ? [owner, productId] : [owner, null, group]);
  }
}

/** What a line's figures are computed from, besides the line. */
export interface AttributionFacts {
  readonly touches: TouchIndex;
  readonly lists: ListReferences;
  readonly searches: BuyerSearches;
  readonly windowDays: number;
}

/** The logged searches of buyers. */
export class BuyerSearches {
  private readonly byId = new Map<string, OwnSearch[]>();

  /** @param searches in order of time */
  constructor(searches: readonly OwnSearch[]) {
    for (const search of searches) {
      const key = JSON.stringify([search.owner, search.requestId]);
      this.byId.set(key, [...(this.byId.get(key) ?? []), search]);
    }
  }

  /** Returns the query of the owner's first search with this id in a range of time, ends included. */
  find(owner: string, requestId: string, from: number, until: number): string | undefined {
    const searches = this.byId.get(JSON.stringify([owner, requestId])) ?? [];
    return searches.find(({ occurredAt }) => occurredAt >= from && occurredAt <= until)?.query;
  }
}

/**
 * Attributes order lines: a line belongs to the list that its own id names, else to the list of the last CLICK, VIEW or
 * ADD_TO_CART of the buyer on the product or a variant of its group within the window before the order. A line without
 * such a touch, but with an impression within a day, is a view-through.
 * @param lines all lines of their orders, sorted by order and sequence
 */
export function attributeLines(lines: readonly OrderLineFacts[], facts: AttributionFacts): AttributedLineRow[] {
  const counted = new Set<string>();
  return lines.map((line) => {
    const { owner, orderId, sequence, day, placedAt, currency, productId, units, revenue, counts } = line;
    const touch = touchOf(line, facts);
    const list = touch && facts.lists.describe({ ...touch, hasQuery: touch.query !== null });
    const listKey = JSON.stringify([orderId, list?.kind, list?.placement]);
    const isFirst = counts && touch !== undefined && touch.type !== 'IMPRESSION' && !counted.has(listKey);
    if (isFirst) counted.add(listKey);
    return {
      orderId,
      sequence,
      subject: owner,
      day,
      placedAt,
      currency,
      productId,
      units,
      revenue,
      orders: counts && sequence === 0 ? 1 : 0,
      touch: touch?.type ?? null,
      touchedAt: touch?.occurredAt ?? null,
      kind: list?.kind ?? null,
      placement: list?.placement ?? null,
      placementOrders: isFirst ? 1 : 0,
      intent: list?.intent ?? null,
      query: touch && list?.kind === 'SEARCH' ? queryOf(line, touch, facts) : null,
      requestId: touch?.requestId ?? null,
      modelVersion: list?.modelVersion ?? null,
    };
  });
}

interface FoundTouch {
  readonly type: Touch;
  readonly occurredAt: number;
  readonly requestId: string;
  readonly placement: string | null;
  readonly query: string | null;
}

function touchOf(line: OrderLineFacts, { touches, windowDays }: AttributionFacts): FoundTouch | undefined {
  const { owner, productId, placedAt, requestId, placement, isReturn } = line;
  // Goods that are taken back without naming their order were earned by no list.
  if (isReturn) return undefined;
  if (requestId !== null && requestId !== '')
    return { type: 'LINE', occurredAt: placedAt, requestId, placement, query: null };
  const within = (event: ListEvent, time: number) =>
    event.occurredAt <= placedAt && event.occurredAt >= placedAt - time;
  return (
    touches.findLast(owner, productId, (event) => event.type !== 'IMPRESSION' && within(event, windowDays * DAY_MS)) ??
    touches.findLast(owner, productId, (event) => event.type === 'IMPRESSION' && within(event, VIEW_THROUGH_MS))
  );
}

/**
 * Returns the key of the query of the search that a line belongs to, as the search report counts it: that of the logged
 * search within the window before the order, else the one that the event states.
 */
function queryOf(line: OrderLineFacts, touch: FoundTouch, { searches, windowDays }: AttributionFacts): string | null {
  const { owner, placedAt } = line;
  const query = searches.find(owner, touch.requestId, placedAt - windowDays * DAY_MS, placedAt) ?? touch.query;
  return query === null ? null : queryKey(query);
}
