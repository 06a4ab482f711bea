/** Places up to this one are counted one by one, what is further down together at the next. */
export const PLACES_APART = 20;
export const FURTHER = PLACES_APART + 1;
/** Distinct customers and visits of a query are counted so far. */
export const MAX_CUSTOMERS = 20;
/** As far as pages reach. */
export const LAST_PLACE = 500;

/** What counts of a search. */
export interface CountedSearch {
  /** UTC, `YYYY-MM-DD` */
  readonly day: string;
  readonly query: string;
  readonly text: string;
  /** How many products it found. */
  readonly total: number;
  /** How many of them its first page showed. */
  readonly shown: number;
  /** Distinct places, ascending; 0 is one that nobody knows. */
  readonly clicks: readonly number[];
  readonly purchases: readonly number[];
}

/** Somebody clicked, carted or bought something of a list. */
export interface Reaction {
  readonly productId: string;
  /** The place that its sender says. */
  readonly listPosition: number | null;
  readonly bought: boolean;
}

/**
 * Where a search was reacted to, whatever the order of its reactions. A product's place is where the page showed it; of one
 * that was on a further page, what the sender says.
 * @param products of the first page, in order
 */
export function placesOf(
  reactions: readonly Reaction[],
  products: readonly string[],
): Pick<CountedSearch, 'clicks' | 'purchases'> {
  const placeOf = ({ productId, listPosition }: Reaction): number => {
    const shown = products.indexOf(productId) + 1;
    if (shown > 0) return shown;
    return listPosition !== null && listPosition > products.length && listPosition <= LAST_PLACE ? listPosition : 0;
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

/** By how much counts change when searches come, change or go: whole numbers, so that their order does not matter. */
export class CountChanges {
  readonly days = new Map<string, SearchCounts>();
  readonly queryDays = new Map<string, SearchCounts & { readonly day: string; readonly query: string }>();
  readonly spellings = new Map<string, { readonly query: string; readonly text: string; searches: number }>();
  readonly positions = new Map<string, PositionCounts & { readonly day: string; readonly position: number }>();

  /** @param sign 1: it counts from here on; −1: it does not count any more */
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
    for (let place = 1; place <= Math.min(search.shown, PLACES_APART); place++) this.at(day, place).impressions += sign;
    if (search.shown > PLACES_APART) this.at(day, FURTHER).impressions += sign * (search.shown - PLACES_APART);
    for (const place of search.clicks) if (place > 0) this.at(day, place).clicks += sign;
    for (const place of search.purchases) if (place > 0) this.at(day, place).purchases += sign;
  }

  /** Queries of which something has changed. */
  get queries(): string[] {
    return [...new Set([...this.spellings.values()].map(({ query }) => query))];
  }

  private at(day: string, place: number): PositionCounts {
    const position = Math.min(place, FURTHER);
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
