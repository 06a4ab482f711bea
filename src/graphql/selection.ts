import { Kind, type FragmentDefinitionNode, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';

/**
 * Returns whether the operation selects the field at a path below the field that is being resolved, such as
 * `['edges', 'cursor']`. Directives are not evaluated, so a skipped field counts as selected.
 */
export function selectsField(info: GraphQLResolveInfo, path: readonly string[]): boolean {
  return info.fieldNodes.some((node) => includes(node.selectionSet, path, info.fragments));
}

function includes(
  set: SelectionSetNode | undefined,
  path: readonly string[],
  fragments: Record<string, FragmentDefinitionNode>,
): boolean {
  if (path.length === 0) return true;
  return (set?.selections ?? []).some((selection) => {
    if (selection.kind === Kind.FIELD) {
      return selection.name.value === path[0] && includes(selection.selectionSet, path.slice(1), fragments);
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) return includes(selection.selectionSet, path, fragments);
    return includes(fragments[selection.name.value]?.selectionSet, path, fragments);
  });
}
