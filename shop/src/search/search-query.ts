import { graphql, type ResultOf, type VariablesOf } from '@freshet/client';
import { ProductFields } from '../lists/product-fields';
import type { SearchState } from './search-address';

export const Search = graphql(
  `
    query Search($input: SearchInput!, $first: Int!, $after: String) {
      search(input: $input, first: $first, after: $after) {
        requestId
        totalCount
        correctedQuery
        didYouMean
        ignoredWords
        redirect
        facets {
          field
          values {
            value
            count
            selected
          }
          ranges {
            from
            to
            count
          }
        }
        edges {
          rank
          node {
            ...ProductFields
          }
          highlights {
            field
            fragments {
              text
              matched
            }
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [ProductFields],
);

/** What moves in the list, and nothing that is counted for it. */
export const SearchUpdated = graphql(
  `
    subscription SearchUpdated($input: SearchInput!, $first: Int!) {
      searchUpdated(input: $input, first: $first) {
        totalCount
        nodes {
          ...ProductFields
        }
      }
    }
  `,
  [ProductFields],
);

export type SearchPageData = ResultOf<typeof Search>['search'];
export type SearchEdge = SearchPageData['edges'][number];
export type FacetData = SearchPageData['facets'][number];
type SearchInput = VariablesOf<typeof Search>['input'];

/** Where a price changes the shelf; what has no products is not shown. */
const PRICES = [0, 10, 20, 50, 100, 200, 500, 1_000, 1_000_000_000];
const BRANDS_SHOWN = 12;
const CATEGORIES_SHOWN = 20;

/** The input of `search` for what stands in the address. */
export function searchInput(state: SearchState, typing: boolean): SearchInput {
  const { query, brands, category, price, inStock, sort } = state;
  const chosen = [
    ...(brands.length > 0 ? [{ field: 'brand', values: [...brands] }] : []),
    ...(category === undefined ? [] : [{ field: 'categories', values: [category] }]),
    ...(price === undefined ? [] : [{ field: 'price', ...price }]),
    ...(inStock ? [{ field: 'availability', values: ['IN_STOCK'] }] : []),
  ];
  return {
    query,
    typing,
    sort,
    placement: 'search',
    facetFilters: chosen,
    facets: [
      { field: 'categories', parent: category ?? '', first: CATEGORIES_SHOWN },
      { field: 'brand', first: BRANDS_SHOWN },
      { field: 'price', boundaries: PRICES },
    ],
  };
}
