import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** The size of an operation with its fragments expanded. */
export interface OperationSize {
  /** Nesting depth of the fields, including leaves, without the fields below `__schema` and `__type`. */
  readonly depth: number;
  /** Nesting depth of `__schema` and `__type` with the fields below them; 0 without introspection. */
  readonly introspectionDepth: number;
  readonly fields: number;
  readonly rootFields: number;
  readonly aliases: number;
}

const EMPTY_SIZE: OperationSize = { depth: 0, introspectionDepth: 0, fields: 0, rootFields: 0, aliases: 0 };

/**
 * Measures an operation. The size of each fragment is computed once, no matter how often the fragment is used, so the
 * run time is linear in the length of the document. A cyclic spread (which validation rejects) adds nothing.
 */
export function measureOperation(document: DocumentNode, operation: OperationDefinitionNode): OperationSize {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const fragmentSizes = new Map<string, OperationSize>();

  function sizeOfFragment(name: string): OperationSize {
    const known = fragmentSizes.get(name);
    if (known !== undefined) return known;
    fragmentSizes.set(name, EMPTY_SIZE);
    const fragment = fragments.get(name);
    const measure = fragment === undefined ? EMPTY_SIZE : sizeOfSelections(fragment.selectionSet);
    fragmentSizes.set(name, measure);
    return measure;
  }

  function sizeOfSelections({ selections }: SelectionSetNode): OperationSize {
    return selections.map(sizeOfSelection).reduce(combineSizes, EMPTY_SIZE);
  }

  function sizeOfSelection(selection: SelectionSetNode['selections'][number]): OperationSize {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return sizeOfFragment(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) return sizeOfSelections(selection.selectionSet);
    const below = selection.selectionSet === undefined ? EMPTY_SIZE : sizeOfSelections(selection.selectionSet);
    const introspects = selection.name.value === '__schema' || selection.name.value === '__type';
    return {
      depth: introspects ? 1 : below.depth + 1,
      introspectionDepth: introspects ? below.depth + 1 : below.introspectionDepth,
      fields: below.fields + 1,
      rootFields: 1,
      aliases: below.aliases + (selection.alias === undefined ? 0 : 1),
    };
  }

  return sizeOfSelections(operation.selectionSet);
}

function combineSizes(a: OperationSize, b: OperationSize): OperationSize {
  return {
    depth: Math.max(a.depth, b.depth),
    introspectionDepth: Math.max(a.introspectionDepth, b.introspectionDepth),
    fields: a.fields + b.fields,
    rootFields: a.rootFields + b.rootFields,
    aliases: a.aliases + b.aliases,
  };
}
