import { useEffect, useRef } from 'preact/hooks';
import { address, go } from '../app/address';
import { Page } from '../app/page';
import { ProductCard } from '../lists/product-card';
import { SponsoredCards } from '../lists/sponsored-cards';
import { useMoves } from '../lists/use-moves';
import { Fault } from '../ui/fault';
import { Link } from '../ui/link';
import { Facets } from './facets';
import { Marked } from './marked';
import { NothingFound } from './nothing-found';
import { parseSearch, searchPath, type SearchState, type Sort, SORTS } from './search-address';
import type { SearchEdge, SearchPageData } from './search-query';
import { type FoundList, useSearch } from './use-search';

const SORT_NAMES: Readonly<Record<Sort, string>> = {
  RELEVANCE: 'Best match',
  POPULAR: 'Popular',
  NEWEST: 'Newest',
  PRICE_ASC: 'Price, low to high',
  PRICE_DESC: 'Price, high to low',
  RATING: 'Best rated',
  DISCOUNT: 'Biggest discount',
};

export function SearchPage() {
  const { query: text, by } = address.value;
  const state = parseSearch(text);
  const found = useSearch(state, by === 'typing');
  const { data, shown, error, isLoading } = found;
  const title = shown.query === '' ? (shown.category ?? 'All products') : `“${shown.query}”`;
  useEffect(() => {
    if (data?.redirect && !isLoading && by === 'link') followRedirect(data.redirect);
  }, [data?.redirect, isLoading, by]);
  return (
    <Page title={title} ready={data !== undefined && !isLoading} class="search">
      <p class="result-count" role="status">
        {data ? `${data.totalCount} ${data.totalCount === 1 ? 'product' : 'products'}` : error ? '' : 'Searching …'}
      </p>
      {error && <Fault error={error} onRetry={found.retry} />}
      {data && <Articles articles={data.articles ?? []} />}
      {data && <Corrections state={shown} data={data} />}
      <div class="search-columns">
        <Filters state={state} data={data} attributes={found.attributes} />
        <section aria-label="Products" class="results" aria-busy={isLoading}>
          <div class="results-bar">
            <label>
              Sort by{' '}
              <select
                value={state.sort}
                onChange={({ currentTarget }) => go(searchPath({ ...state, sort: currentTarget.value as Sort }))}
              >
                {SORTS.map((sort) => (
                  <option key={sort} value={sort}>
                    {SORT_NAMES[sort]}
                  </option>
                ))}
              </select>
            </label>
            {found.moved && (
              <button type="button" class="pill" onClick={found.refresh}>
                Results have changed · Update
              </button>
            )}
          </div>
          {data && <Results state={shown} found={found} data={data} />}
        </section>
      </div>
    </Page>
  );
}

interface FiltersProps extends Pick<FoundList, 'attributes'> {
  readonly state: SearchState;
  readonly data: SearchPageData | undefined;
}

/** Filters next to the results; on a narrow screen they are collapsed. */
function Filters({ state, data, attributes }: FiltersProps) {
  const { brands, category, price, inStock } = state;
  const values = state.attributes.reduce((sum, one) => sum + one.values.length, 0);
  const chosen = brands.length + values + [category, price, inStock].filter(Boolean).length;
  const currency = data?.edges.find(({ node }) => node.price)?.node.price?.currency ?? 'EUR';
  return (
    <aside class="filters" aria-label="Filters">
      <details open={matchMedia('(min-width: 50rem)').matches}>
        <summary>Filters{chosen > 0 && ` (${chosen})`}</summary>
        <Facets state={state} facets={data?.facets ?? []} attributes={attributes} currency={currency} />
      </details>
    </aside>
  );
}

function Corrections({ state, data }: { readonly state: SearchState; readonly data: SearchPageData }) {
  const { correctedQuery, didYouMean, ignoredWords, conditions } = data;
  return (
    <>
      {correctedQuery && (
        <p class="note">
          No results for “{state.query}”. Showing <strong>{correctedQuery}</strong> instead.
        </p>
      )}
      {conditions.length > 0 && (
        <p class="note">
          Filtered: {conditions.map(({ text }) => text).join(', ')}.{' '}
          <Link to={searchPath({ ...state, asWords: true })}>Search for the words instead</Link>
        </p>
      )}
      {didYouMean && (
        <p class="note">
          Did you mean <Link to={searchPath({ ...state, query: didYouMean })}>{didYouMean}</Link>?
        </p>
      )}
      {ignoredWords.length > 0 && (
        <p class="note">No product matches all of the words. Ignored: {ignoredWords.join(', ')}.</p>
      )}
    </>
  );
}

/** Articles of the shop that answer the query. */
function Articles({ articles }: { readonly articles: NonNullable<SearchPageData['articles']> }) {
  if (articles.length === 0) return null;
  return (
    <section class="articles" aria-label="Help">
      {articles.map(({ title, url, passage }) => (
        <article key={title}>
          <h2>{url === null ? title : <a href={url}>{title}</a>}</h2>
          <p>{passage}</p>
        </article>
      ))}
    </section>
  );
}

interface ResultsProps {
  readonly state: SearchState;
  readonly found: FoundList;
  readonly data: SearchPageData;
}

function Results({ state, found, data }: ResultsProps) {
  const list = useRef<HTMLUListElement>(null);
  const ads = data.sponsored?.products ?? [];
  const shownIds = [...ads.map(({ product }) => product.id), ...data.edges.map(({ node }) => node.id)];
  useMoves(list, shownIds);
  if (shownIds.length === 0) return <NothingFound state={state} data={data} />;
  const matches = data.edges.filter(({ isPartialMatch }) => !isPartialMatch);
  const others = data.edges.filter(({ isPartialMatch }) => isPartialMatch);
  const card = (edge: SearchEdge) => (
    <ProductCard
      key={edge.node.id}
      product={edge.node}
      title={titleOf(edge)}
      via={{ requestId: data.requestId, position: edge.rank, placement: 'search' }}
    />
  );
  return (
    <>
      <ul class="grid" ref={list}>
        <SponsoredCards list={data.sponsored} />
        {matches.map(card)}
      </ul>
      {others.length > 0 && (
        <>
          <h2 class="results-heading">Products with some of the words</h2>
          <ul class="grid">{others.map(card)}</ul>
        </>
      )}
      {data.pageInfo.hasNextPage && (
        <button type="button" class="more" disabled={found.loadingMore} onClick={found.more}>
          {found.loadingMore
            ? 'Loading …'
            : others.length > 0
              ? 'Show more'
              : `Show more (${shownIds.length} of ${data.totalCount})`}
        </button>
      )}
    </>
  );
}

function titleOf({ node, highlights }: SearchEdge) {
  const title = highlights.find(({ field }) => field === 'title');
  return title ? <Marked fragments={title.fragments} /> : node.title;
}

/** Follows the redirect of a merchandising rule, to an address of the shop or to another website. */
function followRedirect(redirect: string): void {
  const url = new URL(redirect, location.href);
  if (url.protocol === 'http:' || url.protocol === 'https:') location.assign(url);
}
