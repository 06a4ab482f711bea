interface List {
  readonly edges: readonly { readonly node: { readonly id: string } }[];
}

/**
 * Leaves out of each list the products that a rail with an earlier pick shows, so that no product stands in two rails.
 * @param lists in the order in which they pick
 * @param most products of each list that are shown
 * @param held what rails that must not move show now, by their place in `lists`: they keep it, and pick first.
 *   They share no product with each other.
 */
export function distinctRails<T extends List>(
  lists: readonly T[],
  most: number,
  held: ReadonlyMap<number, T> = new Map(),
): T[] {
  const taken = new Set([...held.values()].flatMap(({ edges }) => edges.map(({ node }) => node.id)));
  return lists.map((list, place) => {
    const still = held.get(place);
    if (still !== undefined) return still;
    const edges = list.edges.filter(({ node }) => !taken.has(node.id)).slice(0, most);
    for (const { node } of edges) taken.add(node.id);
    return { ...list, edges };
  });
}
