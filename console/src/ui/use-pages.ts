import type { RequestError, TadaDocumentNode } from '@freshet/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useQuery } from './use-query';
import { withPage } from './with-page';

interface Page<Item> {
  readonly nodes: readonly Item[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface Pages<Item> {
  readonly items: readonly Item[] | undefined;
  readonly error: RequestError | undefined;
  readonly hasMore: boolean;
  /** Whether no further page has been loaded yet. */
  readonly isFirstPage: boolean;
  readonly more: () => void;
  /** Reloads, starting with the first page. */
  readonly reload: () => void;
}

/** Loads a connection page by page. The variables must stay the same; give the component a `key` that contains them. */
export function usePages<Result, Item, Variables extends { after?: string | null }>(
  document: TadaDocumentNode<Result, Variables>,
  pageOf: (result: Result) => Page<Item>,
  variables: NoInfer<Omit<Variables, 'after'>>,
): Pages<Item> {
  const [after, setAfter] = useState<string | null>(null);
  const [before, setBefore] = useState<readonly Item[]>([]);
  const { data, error, isLoading, reload: retry } = useQuery(document, { ...variables, after } as unknown as Variables);
  const [items, setItems] = useState<readonly Item[]>();
  /** The result that `items` end with. After an error, `data` is still that of the page before. */
  const shown = useRef<{ readonly data: Result; readonly after: string | null }>(null);
  const page = data === undefined ? undefined : pageOf(data);
  useEffect(() => {
    if (data === undefined || page === undefined || isLoading || shown.current?.data === data) return;
    const all = withPage(before, page, error);
    if (all === undefined) return;
    shown.current = { data, after };
    setItems(all);
  }, [data, isLoading, error]);
  return {
    items,
    error,
    isFirstPage: after === null,
    hasMore: page?.pageInfo.hasNextPage ?? false,
    more: () => {
      // This page has failed to load.
      if (shown.current?.after !== after) return retry();
      setBefore(items ?? []);
      setAfter(page?.pageInfo.endCursor ?? null);
    },
    reload: () => {
      setBefore([]);
      setAfter(null);
      retry();
    },
  };
}
