import type { RequestError } from '@freshet/client';

/**
 * Returns a list with its next page; undefined if the page has failed. If there are items, the error concerns a field of them,
 * and does not take the list away.
 */
export function withPage<Item>(
  before: readonly Item[],
  { nodes }: { readonly nodes: readonly Item[] },
  error: RequestError | undefined,
): readonly Item[] | undefined {
  return error !== undefined && nodes.length === 0 ? undefined : [...before, ...nodes];
}
