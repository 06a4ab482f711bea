import { MS_PER_DAY } from '../learn/durations';
import { appendTo } from '../learn/group-by';
import type { ListReference, ListReferences } from './list-reference';
import { queryKey } from '../search/query-log/query-key';
import type { ListEvent, OrderLineFacts, OwnSearch } from './visitor-facts.store';

export const TOUCHES = ['CLICK', 'VIEW', 'ADD_TO_CART', 'LINE', 'IMPRESSION'] as const;
export type Touch = (typeof TOUCHES)[number];

/** Maximum time from a viewed impression to the order of a view-through. */
const VIEW_THROUGH_MS = 86_400_000;

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
  readonly keptOrders: number;
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
    for (const event of events) appendTo(this.byProduct, this.keyOf(event.owner, event.productId), event);
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

/** The logged searches of buyers. */
export class BuyerSearches {
  private readonly byId = new Map<string, OwnSearch[]>();

  /** @param searches in order of time */
  constructor(searches: readonly OwnSearch[]) {
    for (const search of searches) {
      const key = JSON.stringify([search.owner, search.requestId]);
      appendTo(this.byId, key, search);
    }
  }

  /** Returns the query of the owner's first search with this id in a range of time, ends included. */
  find(owner: string, requestId: string, from: number, until: number): string | undefined {
    const searches = this.byId.get(JSON.stringify([owner, requestId])) ?? [];
    return searches.find(({ occurredAt }) => occurredAt >= from && occurredAt <= until)?.query;
  }
}

/** What connects an order line with a list. */
export interface FoundTouch {
  readonly type: Touch;
  readonly occurredAt: number;
  readonly requestId: string;
  readonly placement: string | null;
  readonly query: string | null;
  readonly list: ListReference;
}

/**
 * Finds the touch of an order line: its own id, else the last CLICK, VIEW or ADD_TO_CART of the buyer, or of the session
 * that the order names, on the product or a variant of its group within the window before the order. A line without such
 * a touch, but with an impression within a day, is a view-through.
 */
export function findTouch(
  line: OrderLineFacts,
  touches: TouchIndex,
  lists: ListReferences,
  windowDays: number,
): FoundTouch | undefined {
  const { owner, session, productId, placedAt, requestId, placement, isReturn } = line;
  // Goods that are taken back without naming their order were earned by no list.
  if (isReturn) return undefined;
  if (requestId !== null && requestId !== '') {
    const list = lists.describe({ requestId, placement, hasQuery: false });
    return { type: 'LINE', occurredAt: placedAt, requestId, placement, query: null, list };
  }
  const visitors = session === null ? [owner] : [owner, session];
  const within = (event: ListEvent, time: number) =>
    event.occurredAt <= placedAt && event.occurredAt >= placedAt - time;
  const last = (condition: (event: ListEvent) => boolean) =>
    visitors
      .flatMap((visitor) => touches.findLast(visitor, productId, condition) ?? [])
      .reduce<ListEvent | undefined>((one, other) => (one && isLater(one, other) ? one : other), undefined);
  const event =
    last((one) => one.type !== 'IMPRESSION' && within(one, windowDays * MS_PER_DAY)) ??
    last((one) => one.type === 'IMPRESSION' && within(one, VIEW_THROUGH_MS));
  return event && { ...event, list: lists.describe({ ...event, hasQuery: event.query !== null }) };
}

function isLater(one: ListEvent, other: ListEvent): boolean {
  return (one.occurredAt - other.occurredAt || one.position - other.position || one.sequence - other.sequence) > 0;
}

/**
 * Attributes order lines to the lists of their touches.
 * @param lines all lines of their orders, sorted by order and sequence, with their touches
 */
export function attributeLines(
  lines: readonly { readonly line: OrderLineFacts; readonly touch: FoundTouch | undefined }[],
  searches: BuyerSearches,
  windowDays: number,
): AttributedLineRow[] {
  const counted = new Set<string>();
  const kept = new Set<string>();
  return lines.map(({ line, touch }) => {
    const { owner, orderId, sequence, day, placedAt, currency, productId, units, revenue, counts } = line;
    const list = touch?.list;
    const listKey = JSON.stringify([orderId, list?.kind, list?.placement]);
    const isFirst = counts && touch !== undefined && touch.type !== 'IMPRESSION' && !counted.has(listKey);
    if (isFirst) counted.add(listKey);
    const isFirstKept = units > 0 && !kept.has(orderId);
    if (isFirstKept) kept.add(orderId);
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
      keptOrders: isFirstKept ? 1 : 0,
      touch: touch?.type ?? null,
      touchedAt: touch?.occurredAt ?? null,
      kind: list?.kind ?? null,
      placement: list?.placement ?? null,
      placementOrders: isFirst ? 1 : 0,
      intent: list?.intent ?? null,
      query: touch && list?.kind === 'SEARCH' ? queryOf(line, touch, searches, windowDays) : null,
      requestId: touch?.requestId ?? null,
      modelVersion: list?.modelVersion ?? null,
    };
  });
}

/**
 * Returns the key of the query of the search that a line belongs to, as the search report counts it: that of the logged
 * search of the buyer within the window before the order, else the one that the event states.
 */
function queryOf(
  { owner, session, placedAt }: OrderLineFacts,
  touch: FoundTouch,
  searches: BuyerSearches,
  windowDays: number,
): string | null {
  const from = placedAt - windowDays * MS_PER_DAY;
  const logged = (visitor: string | null) =>
    visitor === null ? undefined : searches.find(visitor, touch.requestId, from, placedAt);
  const query = logged(owner) ?? logged(session) ?? touch.query;
  return query === null ? null : queryKey(query);
}
