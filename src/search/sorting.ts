import type { ColumnSort as IndexSort } from '../search-engine/index/search-request';
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
