interface List {
  readonly edges: readonly { readonly node: { readonly id: string } }[];
}

/**
 * Removes from each list the products that a list with a higher priority shows, so that no product is in two rails.
 * @param lists in order of priority
 * @param most maximum number of products shown per list
 * @param held current contents of the rails that must not change, by their index in `lists`. They stay unchanged, have
 *   the highest priority, and share no product with each other.
 * @param ads ids of the sponsored products of the page, and how many of the lists have priority over them
 */
export function distinctRails<T extends List>(
  lists: readonly T[],
  most: number,
  held: ReadonlyMap<number, T> = new Map(),
  ads: { readonly ids: readonly string[]; readonly precedingLists: number } = { ids: [], precedingLists: 0 },
): T[] {
  const taken = new Set([...held.values()].flatMap(({ edges }) => edges.map(({ node }) => node.id)));
  return lists.map((list, place) => {
    if (place === ads.precedingLists) for (const id of ads.ids) taken.add(id);
    const still = held.get(place);
    if (still !== undefined) return still;
    const edges = list.edges.filter(({ node }) => !taken.has(node.id)).slice(0, most);
    for (const { node } of edges) taken.add(node.id);
    return { ...list, edges };
  });
}
