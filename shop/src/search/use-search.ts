import { keepSubscribed, type RequestError, type ResultOf } from '@freshet/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { address } from '../app/address';
import { useEntryMemory } from '../app/entry-memory';
import { useShop } from '../app/shop';
import type { ListedProduct } from '../lists/product-fields';
import { ADS_MAY_FAIL } from '../lists/sponsored-fields';
import { withoutSponsored } from '../lists/sponsored-list';
import { useLoad } from '../ui/use-load';
import type { SearchState } from './search-address';
import { selectFacetAttributes } from './attribute-names';
import { SUBSCRIBE_PAUSE_MS } from './typed-query';
import {
  type AttributeFacetData,
  FIRST,
  Search,
  searchInput,
  type SearchPageData,
  SearchUpdated,
  liveSearchInput,
} from './search-query';

/** The results of a search. */
interface Found {
  readonly state: SearchState;
  readonly typing: boolean;
  readonly list: SearchPageData;
}

export interface FoundList {
  /** The results, until others are loaded; undefined if loading the requested ones has failed. */
  readonly data: SearchPageData | undefined;
  /** The search that `data` answers, or else the requested one. */
  readonly shown: SearchState;
  /** Whether the results of the requested search are still loading. */
  readonly isLoading: boolean;
  /** Facets of the attributes by which the results differ; they load shortly after the results. */
  readonly attributes: readonly AttributeFacetData[];
  readonly error: RequestError | undefined;
  /** Whether the shop has other results or another order by now. */
  readonly moved: boolean;
  readonly loadingMore: boolean;
  readonly more: () => void;
  /** Loads the current results. */
  readonly refresh: () => void;
  /** Requests the search again after an error. */
  readonly retry: () => void;
}

/**
 * Loads the results of a search with the pages requested so far, and reports whether they have changed since. A search
 * that follows ends the requests of the one before.
 */
export function useSearch(state: SearchState, typing: boolean): FoundList {
  const { storefront } = useShop();
  const [refreshes, setRefreshes] = useState(0);
  // The same query that is entered again is a new entry: it is requested again, also after an error.
  const key = JSON.stringify([state, typing, refreshes, address.value.entry]);
  // Going back to a list that was shown while its query was typed shows the same list.
  const memory = useEntryMemory<Found>(`search ${JSON.stringify([state, refreshes])}`);
  const { data, error, stale, retry } = useLoad<Found>(
    key,
    async (signal) => {
      const variables = { input: searchInput(state, typing), first: FIRST, isFirstPage: true };
      const { search } = await storefront.request(Search, variables, { signal, ...ADS_MAY_FAIL });
      return { state, typing, list: search };
    },
    memory.get(),
  );
  const [pages, setPages] = useState<{ of?: Found; all?: SearchPageData; loading: boolean }>({ loading: false });
  const all = pages.of === data && pages.all ? pages.all : data?.list;
  useEffect(() => {
    if (data && all && !stale) memory.set({ ...data, list: all });
  }, [all, stale]);
  const nextPage = useRef<AbortController>(null);
  useEffect(() => () => nextPage.current?.abort(), [key]);

  const more = () => {
    const after = all?.pageInfo.endCursor;
    if (!data || stale || !all || !after || pages.loading) return;
    const { signal } = (nextPage.current = new AbortController());
    setPages({ of: data, all, loading: true });
    const variables = { input: searchInput(data.state, data.typing), first: FIRST, after, isFirstPage: false };
    storefront.request(Search, variables, { signal }).then(
      ({ search: next }) => {
        // Further pages have no ads, so they repeat the products of those above the list.
        const edges = [...all.edges, ...withoutSponsored(next.edges, all.sponsored)];
        setPages({ of: data, all: { ...all, edges, pageInfo: next.pageInfo }, loading: false });
      },
      // The cursor is no longer valid; the list keeps its pages and `more` can be tried again.
      () => setPages({ of: data, all, loading: false }),
    );
  };
  const live = useLiveSearch(key, state, typing, all);
  // The title of a search that has failed must not stand above the products of another one.
  const list = error ? undefined : all;
  return {
    data: list && live.prices(list),
    shown: (list && data?.state) ?? state,
    isLoading: stale && !error,
    attributes: live.attributes,
    error,
    moved: live.moved,
    loadingMore: pages.loading,
    more,
    refresh: () => setRefreshes((before) => before + 1),
    retry,
  };
}

/**
 * Subscribes to the results. Prices and availability are updated in place; a change of the order is only reported, so
 * that the list does not move while the visitor reads it.
 */
function useLiveSearch(key: string, state: SearchState, typing: boolean, data: SearchPageData | undefined) {
  const { storefront } = useShop();
  const [live, setLive] = useState<{
    key: string;
    first?: string;
    facets: readonly AttributeFacetData[];
    nodes: readonly ListedProduct[];
    moved: boolean;
  }>();
  const chosen = state.attributes.map(({ name }) => name);
  const names = data
    ? selectFacetAttributes(
        data.edges.map(({ node }) => node),
        chosen,
      )
    : chosen;
  useEffect(() => {
    let end = () => {};
    const timer = setTimeout(() => {
      const input = liveSearchInput(state, typing, names);
      end = keepSubscribed<ResultOf<typeof SearchUpdated>>(
        (sink) => storefront.subscribe(SearchUpdated, { input, first: FIRST }, sink),
        {
          next: ({ searchUpdated: { nodes, totalCount, facets } }) => {
            const now = [totalCount, ...nodes.map(({ id }) => id)].join('\n');
            setLive((before) => {
              const first = before?.key === key ? before.first : now;
              return { key, first, facets, nodes, moved: now !== first };
            });
          },
        },
      );
    }, SUBSCRIBE_PAUSE_MS);
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [key, names.join('\n')]);
  const current = live?.key === key && data ? live : undefined;
  return {
    moved: current?.moved ?? false,
    // The previous facets stay until the facets of a new choice arrive.
    attributes: live?.facets ?? [],
    prices(list: SearchPageData): SearchPageData {
      if (!current) return list;
      const byId = new Map(current.nodes.map((node) => [node.id, node]));
      const { sponsored } = list;
      return {
        ...list,
        sponsored: sponsored && {
          ...sponsored,
          products: sponsored.products.map((ad) => ({ ...ad, product: byId.get(ad.product.id) ?? ad.product })),
        },
        edges: list.edges.map((edge) => ({ ...edge, node: { ...edge.node, ...byId.get(edge.node.id) } })),
      };
    },
  };
}
