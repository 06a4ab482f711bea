import { graphql, type ResultOf, type VariablesOf } from '@freshet/client';
import { ProductFields } from '../lists/product-fields';
import { SponsoredFields } from '../lists/sponsored-fields';
import type { SearchState } from './search-address';

export const Search = graphql(
  `
    query Search($input: SearchInput!, $first: Int!, $after: String, $isFirstPage: Boolean!) {
      search(input: $input, first: $first, after: $after) {
        requestId
        totalCount
        correctedQuery
        didYouMean
        ignoredWords
        conditions {
          text
        }
        redirect
        nothingFound {
          totalWithoutFacetFilters
          categories
          bestSellers {
            ...ProductFields
          }
        }
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
        articles(first: 3) @include(if: $isFirstPage) {
          title
          url
          passage
        }
        sponsored @include(if: $isFirstPage) {
          ...SponsoredFields
        }
        edges {
          rank
          isPartialMatch
          node {
            ...ProductFields
            attributes
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
  [ProductFields, SponsoredFields],
);

/**
 * Live changes of the results. It also counts attribute facets, which can only be chosen after the results are known.
 */
export const SearchUpdated = graphql(
  `
    subscription SearchUpdated($input: SearchInput!, $first: Int!) {
      searchUpdated(input: $input, first: $first) {
        totalCount
        facets {
          field
          values {
            value
            count
            selected
          }
        }
        nodes {
          ...ProductFields
        }
      }
    }
  `,
  [ProductFields],
);

export const Suggest = graphql(
  `
    query Suggest($query: String!) {
      suggest(input: { query: $query, first: 4 }) {
        kind
        text
        fragments {
          text
          matched
        }
        product {
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
export type AttributeFacetData = ResultOf<typeof SearchUpdated>['searchUpdated']['facets'][number];
export type Suggestion = ResultOf<typeof Suggest>['suggest'][number];
type SearchInput = VariablesOf<typeof Search>['input'];

/** Number of products of a page. */
export const FIRST = 24;
/** Boundaries of the price ranges; ranges without products are not shown. */
const PRICE_BOUNDARIES = [0, 10, 20, 50, 100, 200, 500, 1_000, 1_000_000_000];
const BRANDS_SHOWN = 12;
const CATEGORIES_SHOWN = 20;
const VALUES_SHOWN = 8;

export const attributeField = (name: string) => `attributes.${name}`;

/** Returns the input of `search` for a search state. */
export function searchInput(state: SearchState, typing: boolean): SearchInput {
  const { query, brands, category, price, inStock, attributes, sort, asWords } = state;
  const chosen = [
    ...(brands.length > 0 ? [{ field: 'brand', values: [...brands] }] : []),
    ...(category === undefined ? [] : [{ field: 'categories', values: [category] }]),
    ...(price === undefined ? [] : [{ field: 'price', ...price }]),
    ...attributes.map(({ name, values }) => ({ field: attributeField(name), values: [...values] })),
    ...(inStock ? [{ field: 'availability', values: ['IN_STOCK'] }] : []),
  ];
  return {
    query,
    typing,
    readsConditions: !asWords,
    sort,
    placement: 'search',
    facetFilters: chosen,
    facets: [
      { field: 'categories', parent: category ?? '', first: CATEGORIES_SHOWN },
      { field: 'brand', first: BRANDS_SHOWN },
      { field: 'price', boundaries: PRICE_BOUNDARIES },
    ],
  };
}

/** Returns the input of `searchUpdated`: the same search, with attribute facets instead of those of `search`. */
export function liveSearchInput(state: SearchState, typing: boolean, attributes: readonly string[]): SearchInput {
  const facets = attributes.map((name) => ({ field: attributeField(name), first: VALUES_SHOWN }));
  return { ...searchInput(state, typing), facets };
}
