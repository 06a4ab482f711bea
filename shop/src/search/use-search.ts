import { keepSubscribed, type RequestError, type ResultOf } from '@freshet/client';
import { useEffect, useState } from 'preact/hooks';
import { useEntryMemory } from '../app/entry-memory';
import { useShop } from '../app/shop';
import type { ListedProduct } from '../lists/product-fields';
import { useLoad } from '../ui/use-load';
import type { SearchState } from './search-address';
import { attributeNames } from './attribute-names';
import {
  type AttributeFacetData,
  Search,
  searchInput,
  type SearchPageData,
  SearchUpdated,
  watchedInput,
} from './search-query';

const FIRST = 24;
/** Nothing is followed while somebody types. */
const SETTLED_MS = 600;

export interface FoundList {
  readonly data: SearchPageData | undefined;
  /** Attributes that the products found differ in; counted a moment after the list is there. */
  readonly attributes: readonly AttributeFacetData[];
  readonly error: RequestError | undefined;
  /** The shop has put the list in another order, or has other products for it. */
  readonly moved: boolean;
  readonly loadingMore: boolean;
  readonly more: () => void;
  /** Takes the list as it is now. */
  readonly refresh: () => void;
}

/** The list for what stands in the address: its pages so far, and whether it has changed since. */
export function useSearch(state: SearchState, typing: boolean): FoundList {
  const { storefront } = useShop();
  const [turn, setTurn] = useState(0);
  const key = JSON.stringify([state, turn]);
  const memory = useEntryMemory<SearchPageData>(`search ${key}`);
  const { data, error, stale } = useLoad(
    key,
    async (signal) =>
      (await storefront.request(Search, { input: searchInput(state, typing), first: FIRST }, { signal })).search,
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
    storefront.request(Search, { input: searchInput(state, typing), first: FIRST, after }).then(
      ({ search: next }) =>
        setPages({
          of: data,
          all: { ...all, edges: [...all.edges, ...next.edges], pageInfo: next.pageInfo },
          loading: false,
        }),
      // The list as it was answered is gone: it begins anew.
      () => setPages({ of: data, all, loading: false }),
    );
  };
  const live = useWatched(key, state, data);
  return {
    data: all && live.prices(all),
    attributes: live.attributes,
    error,
    moved: live.moved,
    loadingMore: pages.loading,
    more,
    refresh: () => setTurn((before) => before + 1),
  };
}

/** Prices and availability are shown as they are now; another order is only told, because somebody is reading. */
function useWatched(key: string, state: SearchState, data: SearchPageData | undefined) {
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
    ? attributeNames(
        data.edges.map(({ node }) => node),
        chosen,
      )
    : chosen;
  useEffect(() => {
    let end = () => {};
    const timer = setTimeout(() => {
      const input = watchedInput(state, names);
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
    }, SETTLED_MS);
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [key, names.join('\n')]);
  const current = live?.key === key && data ? live : undefined;
  return {
    moved: current?.moved ?? false,
    // Until those of another choice have come, as they were.
    attributes: live?.facets ?? [],
    prices(list: SearchPageData): SearchPageData {
      if (!current) return list;
      const byId = new Map(current.nodes.map((node) => [node.id, node]));
      return {
        ...list,
        edges: list.edges.map((edge) => ({ ...edge, node: { ...edge.node, ...byId.get(edge.node.id) } })),
      };
    },
  };
}
