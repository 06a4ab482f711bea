import { ProductCard } from '../lists/product-card';
import { Link } from '../ui/link';
import { EMPTY_SEARCH, searchPath, type SearchState } from './search-address';
import type { SearchPageData } from './search-query';
import { useSuggestions } from './use-suggestions';

interface Props {
  readonly state: SearchState;
  readonly data: SearchPageData;
}

/** Shown if a search has no results: where the visitor can continue. */
export function NothingFound({ state, data }: Props) {
  const { nothingFound, requestId } = data;
  const { query } = state;
  const queries = useSuggestions(query).filter(({ kind, text }) => kind === 'QUERY' && text !== query);
  const { totalWithoutFacetFilters = 0, categories = [], bestSellers = [] } = nothingFound ?? {};
  const links = [
    ...queries.map(({ text }) => ({ text, state: { ...EMPTY_SEARCH, query: text } })),
    ...categories.map((category) => ({ text: category, state: { ...EMPTY_SEARCH, category } })),
  ];
  return (
    <>
      <div class="empty">
        <p>{query === '' ? 'No products found.' : `No product matches “${query}”${withFilters(state)}.`}</p>
        {totalWithoutFacetFilters > 0 && (
          <p>
            <Link to={searchPath({ ...EMPTY_SEARCH, query, ...(data.conditions.length > 0 ? { asWords: true } : {}) })}>
              Show {totalWithoutFacetFilters} {totalWithoutFacetFilters === 1 ? 'product' : 'products'} without filters
            </Link>
          </p>
        )}
        {links.length > 0 && (
          <p>
            Look at{' '}
            {links.map((link, index) => (
              <>
                {index > 0 && ', '}
                <Link to={searchPath(link.state)}>{link.text}</Link>
              </>
            ))}
          </p>
        )}
      </div>
      {bestSellers.length > 0 && (
        <>
          <h2 class="results-heading">Popular right now</h2>
          <ul class="grid">
            {bestSellers.map((product, index) => (
              <ProductCard
                key={product.id}
                product={product}
                via={{ requestId, position: index + 1, placement: 'search' }}
              />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function withFilters({ brands, category, price, inStock, attributes }: SearchState): string {
  const hasFilters = brands.length + attributes.length > 0 || category !== undefined || price !== undefined || inStock;
  return hasFilters ? ' with these filters' : '';
}
