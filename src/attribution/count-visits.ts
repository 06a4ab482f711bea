import type { ListReferences } from './list-reference';
import type { VisitEvents } from './visitor-facts.store';

/** A row of `visits`, without the previous day with an order. */
export interface VisitRow {
  readonly subject: string;
  readonly day: string;
  readonly events: number;
  readonly orders: number;
}

/** A row of `visit_placements`. */
export interface VisitPlacementRow {
  readonly subject: string;
  readonly day: string;
  readonly kind: string;
  readonly placement: string;
  readonly shown: number;
  readonly viewed: number;
  readonly clickedViews: number;
  readonly clicks: number;
  readonly carts: number;
}

interface PlacementSets {
  readonly visit: Pick<VisitRow, 'subject' | 'day'>;
  readonly kind: string;
  readonly placement: string;
  readonly lists: Set<string>;
  readonly viewed: Set<string>;
  readonly clicked: Set<string>;
  readonly carted: Set<string>;
}

/**
 * Counts what the lists of each kind and placement showed to each visit, and what was done with it: distinct lists, and
 * distinct products of them.
 */
export function countPlacements(rows: readonly VisitEvents[], lists: ListReferences): VisitPlacementRow[] {
  const counted = new Map<string, PlacementSets>();
  for (const { owner, day, requestId, productId, placement, hasQuery, viewed, clicked, carted } of joinRanges(rows)) {
    const list = lists.describe({ requestId, placement, hasQuery });
    const key = JSON.stringify([owner, day, list.kind, list.placement]);
    const sets = counted.get(key) ?? newSets(owner, day, list.kind, list.placement);
    counted.set(key, sets);
    const product = JSON.stringify([requestId, productId]);
    sets.lists.add(requestId);
    if (viewed) sets.viewed.add(product);
    if (clicked) sets.clicked.add(product);
    if (carted) sets.carted.add(product);
  }
  return Array.from(counted.values(), ({ visit, kind, placement, ...sets }) => ({
    ...visit,
    kind,
    placement,
    shown: sets.lists.size,
    viewed: sets.viewed.size,
    clickedViews: [...sets.viewed].filter((product) => sets.clicked.has(product)).length,
    clicks: sets.clicked.size,
    carts: sets.carted.size,
  }));
}

type ListRow = VisitEvents & { readonly requestId: string; readonly productId: string };

/** Joins the rows of a list and product that a merged visitor has under several ids: together they say what the list was. */
function joinRanges(rows: readonly VisitEvents[]): Iterable<ListRow> {
  const joined = new Map<string, ListRow>();
  for (const row of rows) {
    const { owner, day, requestId, productId } = row;
    if (requestId === null || productId === null) continue;
    const key = JSON.stringify([owner, day, requestId, productId]);
    const other = joined.get(key);
    const [placement = null] = [row.placement, other?.placement].flatMap((one) => one ?? []).sort();
    joined.set(key, {
      ...{ owner, day, requestId, productId, placement },
      hasQuery: row.hasQuery || other?.hasQuery === true,
      events: row.events + (other?.events ?? 0),
      viewed: row.viewed || other?.viewed === true,
      clicked: row.clicked || other?.clicked === true,
      carted: row.carted || other?.carted === true,
    });
  }
  return joined.values();
}

function newSets(subject: string, day: string, kind: string, placement: string): PlacementSets {
  const [lists, viewed, clicked, carted] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
  return { visit: { subject, day }, kind, placement, lists, viewed, clicked, carted };
}

/** Returns the visits: the days on which a visitor did something or placed an order that counts. */
export function countVisits(
  rows: readonly Pick<VisitEvents, 'owner' | 'day' | 'events'>[],
  orders: readonly { readonly subject: string; readonly day: string }[],
): VisitRow[] {
  const visits = new Map<string, { subject: string; day: string; events: number; orders: number }>();
  const visitOf = (subject: string, day: string) => {
    const key = `${day} ${subject}`;
    const visit = visits.get(key) ?? { subject, day, events: 0, orders: 0 };
    visits.set(key, visit);
    return visit;
  };
  for (const { owner, day, events } of rows) visitOf(owner, day).events += events;
  for (const { subject, day } of orders) visitOf(subject, day).orders++;
  return [...visits.values()];
}
