import type { ShopPopularity } from '../live-state/replication/shop-popularity.service';
import type { ColumnSort as IndexSort, Hit } from '../search-engine/index/search-request';
import type { SearchSort } from './search.type';

/** The index column of each sort; undefined for sorts that rank by a score. */
const COLUMNS: Readonly<Record<SearchSort, IndexSort | undefined>> = {
  RELEVANCE: undefined,
  POPULAR: undefined,
  NEWEST: { number: 'newest', descending: true },
  PRICE_ASC: { number: 'price' },
  PRICE_DESC: { number: 'price', descending: true },
  RATING: { number: 'rating', descending: true },
  DISCOUNT: { number: 'discount', descending: true },
};

export function columnOfSort(sort: SearchSort | null | undefined): IndexSort | undefined {
  return COLUMNS[sort ?? 'RELEVANCE'];
}

interface SortValues {
  /** Returns a product's value of a numeric column of the index; NaN or undefined if it has none. */
  readonly numberOf: (id: string, column: string) => number | undefined;
  readonly popularity: ShopPopularity['current'];
}

/**
 * Sorts the products with some of the words of a query, which were chosen by relevance, as the request sorts the
 * products with all words. Products without the value come last; products with the same value stay in order.
 */
export function sortPartialMatches(
  hits: readonly Hit[],
  sort: SearchSort | null | undefined,
  { numberOf, popularity: { table, values } }: SortValues,
): readonly Hit[] {
  const column = columnOfSort(sort);
  if (column === undefined && sort !== 'POPULAR') return hits;
  const keyed = hits.map((hit) => {
    const value =
      column === undefined ? (values[table.indexOf(hit.id)] ?? 0) : (numberOf(hit.id, column.number) ?? NaN);
    return { hit, key: Number.isNaN(value) ? -Infinity : column === undefined || column.descending ? value : -value };
  });
  return keyed.sort((a, b) => (a.key === b.key ? 0 : b.key - a.key)).map(({ hit }) => hit);
}
