/**
 * List positions up to this one are counted separately. All further positions are counted together, as
 * {@link FURTHER_POSITIONS}.
 */
const MAX_SEPARATE_POSITION = 20;
export const FURTHER_POSITIONS = MAX_SEPARATE_POSITION + 1;
/** The last list position that the pages of a search reach. */
export const MAX_LIST_POSITION = 500;

/** The part of a logged search that the counts depend on. */
export interface CountedSearch {
  /** `YYYY-MM-DD`, in the shop's time zone. */
  readonly day: string;
  readonly query: string;
  readonly text: string;
  /** Number of products found. */
  readonly total: number;
  /** Number of products on the first page. */
  readonly shown: number;
  /** Distinct list positions (from 1) of all reactions, purchases included, ascending; 0 for an unknown position. */
  readonly clicks: readonly number[];
  readonly purchases: readonly number[];
}

/** A click, view, cart addition or purchase of a product from a result list. */
export interface Reaction {
  readonly productId: string;
  /** The position that the sender of the event states. */
  readonly listPosition: number | null;
  readonly bought: boolean;
}

/**
 * Returns the positions of a search's clicks and purchases. They do not depend on the order of the reactions. A product
 * on the first page has the position where the page showed it. Any other product has the position that the sender
 * states, or 0 if that position is missing or impossible.
 * @param products products of the first page, in order
 */
export function reactionPositions(
  reactions: readonly Reaction[],
  products: readonly string[],
): Pick<CountedSearch, 'clicks' | 'purchases'> {
  const placeOf = ({ productId, listPosition }: Reaction): number => {
    const shown = products.indexOf(productId) + 1;
    if (shown > 0) return shown;
    return listPosition !== null && listPosition > products.length && listPosition <= MAX_LIST_POSITION
      ? listPosition
      : 0;
  };
  const distinct = (some: readonly Reaction[]) => [...new Set(some.map(placeOf))].sort((a, b) => a - b);
  return { clicks: distinct(reactions), purchases: distinct(reactions.filter(({ bought }) => bought)) };
}

export interface SearchCounts {
  searches: number;
  withoutResults: number;
  clicked: number;
  bought: number;
}

export interface PositionCounts {
  impressions: number;
  clicks: number;
  purchases: number;
}

/**
 * Accumulates the changes of counts when searches are added, changed or removed. Counts are integers, so the order of
 * changes does not matter.
 */
export class CountChanges {
  readonly days = new Map<string, SearchCounts>();
  readonly queryDays = new Map<string, SearchCounts & { readonly day: string; readonly query: string }>();
  readonly spellings = new Map<string, { readonly query: string; readonly text: string; searches: number }>();
  readonly positions = new Map<string, PositionCounts & { readonly day: string; readonly position: number }>();

  /** Adds or removes a search. @param sign 1 to add it, −1 to remove it */
  add(search: CountedSearch, sign: 1 | -1): void {
    const { day, query, text } = search;
    const key = `${day} ${query}`;
    addSearch(
      entry(this.days, day, () => ({ ...NO_SEARCHES })),
      search,
      sign,
    );
    addSearch(
      entry(this.queryDays, key, () => ({ day, query, ...NO_SEARCHES })),
      search,
      sign,
    );
    entry(this.spellings, `${query}\n${text}`, () => ({ query, text, searches: 0 })).searches += sign;
    for (let place = 1; place <= Math.min(search.shown, MAX_SEPARATE_POSITION); place++)
      this.countsAt(day, place).impressions += sign;
    if (search.shown > MAX_SEPARATE_POSITION)
      this.countsAt(day, FURTHER_POSITIONS).impressions += sign * (search.shown - MAX_SEPARATE_POSITION);
    for (const place of search.clicks) if (place > 0) this.countsAt(day, place).clicks += sign;
    for (const place of search.purchases) if (place > 0) this.countsAt(day, place).purchases += sign;
  }

  get queries(): string[] {
    return [...new Set([...this.spellings.values()].map(({ query }) => query))];
  }

  private countsAt(day: string, place: number): PositionCounts {
    const position = Math.min(place, FURTHER_POSITIONS);
    const none = { impressions: 0, clicks: 0, purchases: 0 };
    return entry(this.positions, `${day} ${position}`, () => ({ day, position, ...none }));
  }
}

const NO_SEARCHES: Readonly<SearchCounts> = { searches: 0, withoutResults: 0, clicked: 0, bought: 0 };

function addSearch(counts: SearchCounts, { total, clicks, purchases }: CountedSearch, sign: 1 | -1): void {
  counts.searches += sign;
  if (total === 0) counts.withoutResults += sign;
  if (clicks.length > 0) counts.clicked += sign;
  if (purchases.length > 0) counts.bought += sign;
}

function entry<T>(map: Map<string, T>, key: string, none: () => T): T {
  let found = map.get(key);
  if (found === undefined) map.set(key, (found = none()));
  return found;
}
