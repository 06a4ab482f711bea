import { keepSubscribed, type RequestError, type ResultOf } from '@freshet/client';
import { useEffect, useState } from 'preact/hooks';
import { useEntryMemory } from '../app/entry-memory';
import { useShop } from '../app/shop';
import type { ListedProduct } from '../lists/product-fields';
import { ADS_MAY_FAIL } from '../lists/sponsored-fields';
import { withoutSponsored } from '../lists/sponsored-list';
import { useLoad } from '../ui/use-load';
import type { SearchState } from './search-address';
import { selectFacetAttributes } from './attribute-names';
import {
  type AttributeFacetData,
  Search,
  searchInput,
  type SearchPageData,
  SearchUpdated,
  liveSearchInput,
} from './search-query';

const FIRST = 24;
/** Delay before subscribing, so that typing does not cause a subscription per keystroke. */
const SUBSCRIBE_DELAY_MS = 600;

export interface FoundList {
  readonly data: SearchPageData | undefined;
  /** Facets of the attributes by which the results differ; they load shortly after the results. */
  readonly attributes: readonly AttributeFacetData[];
  readonly error: RequestError | undefined;
  /** Whether the shop has other results or another order by now. */
  readonly moved: boolean;
  readonly loadingMore: boolean;
  readonly more: () => void;
  /** Loads the current results. */
  readonly refresh: () => void;
}

/** Loads the results of a search with the pages requested so far, and reports whether they have changed since. */
export function useSearch(state: SearchState, typing: boolean): FoundList {
  const { storefront } = useShop();
  const [refreshes, setRefreshes] = useState(0);
  const key = JSON.stringify([state, refreshes]);
  const memory = useEntryMemory<SearchPageData>(`search ${key}`);
  const { data, error, stale } = useLoad(
    key,
    async (signal) =>
      (
        await storefront.request(
          Search,
          { input: searchInput(state, typing), first: FIRST, ads: true },
          { signal, ...ADS_MAY_FAIL },
        )
      ).search,
    memory.get(),
  );
  const [pages, setPages] = useState<{ of?: SearchPageData; all?: SearchPageData; loading: boolean }>({
    loading: false,
  });
  const all = pages.of === data && pages.all ? pages.all : data;
  useEffect(() => {
    if (all && !stale) memory.set(all);
  }, [all, stale]);

  const more = () => {
    const after = all?.pageInfo.endCursor;
    if (!data || !all || !after || pages.loading) return;
    setPages({ of: data, all, loading: true });
    storefront.request(Search, { input: searchInput(state, typing), first: FIRST, after, ads: false }).then(
      ({ search: next }) => {
        // Further pages have no ads, so they repeat the products of those above the list.
        const edges = [...all.edges, ...withoutSponsored(next.edges, all.sponsored)];
        setPages({ of: data, all: { ...all, edges, pageInfo: next.pageInfo }, loading: false });
      },
      // The cursor is no longer valid; the list keeps its pages and `more` can be tried again.
      () => setPages({ of: data, all, loading: false }),
    );
  };
  const live = useLiveSearch(key, state, data);
  return {
    data: all && live.prices(all),
    attributes: live.attributes,
    error,
    moved: live.moved,
    loadingMore: pages.loading,
    more,
    refresh: () => setRefreshes((before) => before + 1),
  };
}

/**
 * Subscribes to the results. Prices and availability are updated in place; a change of the order is only reported, so
 * that the list does not move while the visitor reads it.
 */
function useLiveSearch(key: string, state: SearchState, data: SearchPageData | undefined) {
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
      const input = liveSearchInput(state, names);
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
    }, SUBSCRIBE_DELAY_MS);
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
