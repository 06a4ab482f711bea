import {
  Kind,
  type FragmentDefinitionNode,
  type GraphQLResolveInfo,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * Returns whether the operation selects the field at a path below the field that is being resolved, such as
 * `['edges', 'cursor']`. A field that `@skip` or `@include` leaves out is not selected.
 */
export function selectsField(info: GraphQLResolveInfo, path: readonly string[]): boolean {
  return info.fieldNodes.some((node) => includes(node.selectionSet, path, info));
}

/**
 * Returns whether `@skip` or `@include` leaves a selection out.
 * @param variables values of the variables; a selection whose variable has none is not left out
 */
export function isSkipped({ directives = [] }: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  return directives.some(({ name, arguments: [condition] = [] }) => {
    const value = condition?.value;
    const isMet =
      value?.kind === Kind.VARIABLE ? variables[value.name.value] : value?.kind === Kind.BOOLEAN ? value.value : null;
    return (name.value === 'include' && isMet === false) || (name.value === 'skip' && isMet === true);
  });
}

function includes(
  set: SelectionSetNode | undefined,
  path: readonly string[],
  info: Pick<GraphQLResolveInfo, 'fragments' | 'variableValues'>,
): boolean {
  if (path.length === 0) return true;
  return (set?.selections ?? []).some((selection) => {
    if (isSkipped(selection, info.variableValues)) return false;
    if (selection.kind === Kind.FIELD) {
      return selection.name.value === path[0] && includes(selection.selectionSet, path.slice(1), info);
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) return includes(selection.selectionSet, path, info);
    const fragment: FragmentDefinitionNode | undefined = info.fragments[selection.name.value];
    return includes(fragment?.selectionSet, path, info);
  });
}
