import {
  BREAK,
  type DocumentNode,
  getLocation,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
  type StringValueNode,
  visit,
} from 'graphql';
import { separateBadItems, type SeparatedVariables } from './bulk-items';
import { findUnstorable } from './coerce-item';
import { ApiError } from './errors';
import { isStorable, UNSTORABLE } from './storable';

const documentsWithStorableTexts = new WeakSet<DocumentNode>();

/**
 * Checks the values of a mutation, for HTTP and WebSocket, after validation and before execution: refuses texts that
 * can't be stored, and takes the bad items out of bulk lists. Queries and subscriptions store nothing: they may look for
 * any text.
 * @returns the variables to execute with, and the items that were taken out, for the context
 * @throws ApiError BAD_USER_INPUT
 */
export function checkValues(request: {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}): { readonly variables: Readonly<Record<string, unknown>>; readonly separatedItems: SeparatedVariables } {
  const { schema, document, operation } = request;
  if (operation.operation !== OperationTypeNode.MUTATION)
    return { variables: request.variables, separatedItems: new Map() };
  if (!documentsWithStorableTexts.has(document)) {
    const node = findUnstorableLiteral(document);
    if (node?.loc !== undefined) {
      const { line, column } = getLocation(node.loc.source, node.loc.start);
      throw new ApiError('BAD_USER_INPUT', `The text in line ${line}, column ${column} of the document ${UNSTORABLE}.`);
    }
    documentsWithStorableTexts.add(document);
  }
  const { variables, separated, judged } = separateBadItems(schema, document, operation, request.variables);
  const fault = findUnstorable(variables, [], judged);
  if (fault !== undefined) throw new ApiError('BAD_USER_INPUT', `Of the variables, ${fault.message}.`);
  return { variables, separatedItems: separated };
}

function findUnstorableLiteral(document: DocumentNode): StringValueNode | undefined {
  let found: StringValueNode | undefined;
  visit(document, {
    StringValue: (node) => {
      if (isStorable(node.value)) return undefined;
      found = node;
      return BREAK;
    },
  });
  return found;
}
