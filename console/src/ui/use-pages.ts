import type { RequestError, TadaDocumentNode } from '@freshet/client';
import { useEffect, useState } from 'preact/hooks';
import { useQuery } from './use-query';

interface Page<Item> {
  readonly nodes: readonly Item[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface Pages<Item> {
  readonly items: readonly Item[] | undefined;
  readonly error: RequestError | undefined;
  readonly hasMore: boolean;
  readonly more: () => void;
  /** Reloads, starting with the first page. */
  readonly reload: () => void;
}

/** Loads a connection page by page. */
export function usePages<Result, Item>(
  document: TadaDocumentNode<Result, { after?: string | null }>,
  pageOf: (result: Result) => Page<Item>,
): Pages<Item> {
  const [after, setAfter] = useState<string | null>(null);
  const [before, setBefore] = useState<readonly Item[]>([]);
  const { data, error, isLoading, reload } = useQuery(document, { after });
  const [items, setItems] = useState<readonly Item[]>();
  const page = data === undefined ? undefined : pageOf(data);
  useEffect(() => {
    if (page !== undefined && !isLoading) setItems([...before, ...page.nodes]);
  }, [data, isLoading]);
  return {
    items,
    error,
    hasMore: page?.pageInfo.hasNextPage ?? false,
    more: () => {
      setBefore(items ?? []);
      setAfter(page?.pageInfo.endCursor ?? null);
    },
    reload: () => {
      setBefore([]);
      setAfter(null);
      reload();
    },
  };
}
