import {
  type ASTVisitor,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/**
 * A validation rule of the GraphQL specification's draft: the field of a subscription can't be skipped by a directive,
 * because then there is nothing to subscribe to. graphql-js fails when it looks for the field.
 * https://spec.graphql.org/draft/#sec-Single-Root-Field
 */
export function unconditionalSubscription(context: ValidationContext): ASTVisitor {
  const visited = new Set<string>();
  const check = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      const directive = selection.directives?.find(({ name }) => name.value === 'skip' || name.value === 'include');
      if (directive !== undefined) {
        const message = `The field of a subscription can't be skipped: @${directive.name.value} is not allowed here.`;
        context.reportError(new GraphQLError(message, { nodes: directive }));
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) check(selection.selectionSet);
      if (selection.kind !== Kind.FRAGMENT_SPREAD || visited.has(selection.name.value)) continue;
      visited.add(selection.name.value);
      const fragment = context.getFragment(selection.name.value);
      if (fragment) check(fragment.selectionSet);
    }
  };
  return {
    OperationDefinition: ({ operation, selectionSet }) => {
      if (operation === OperationTypeNode.SUBSCRIPTION) check(selectionSet);
    },
  };
}
