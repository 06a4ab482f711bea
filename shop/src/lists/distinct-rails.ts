/**
 * No product twice on a page: earlier rails have the first pick.
 * @param lists in the order of the page; what they share with earlier ones is left out
 * @param most products of each that are shown
 */
export function distinctRails<List extends { readonly edges: readonly { readonly node: { readonly id: string } }[] }>(
  lists: readonly List[],
  most: number,
): List[] {
  const taken = new Set<string>();
  return lists.map((list) => {
    const edges = list.edges.filter(({ node }) => !taken.has(node.id)).slice(0, most);
    for (const { node } of edges) taken.add(node.id);
    return { ...list, edges };
  });
}
