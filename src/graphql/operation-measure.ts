import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** The size of an operation with its fragments expanded. */
export interface Measure {
  /** Nesting of fields, including leaves, without the fields below `__schema` and `__type`. */
  readonly depth: number;
  readonly introspectionDepth: number;
  readonly fields: number;
  readonly rootFields: number;
  readonly aliases: number;
}

const NOTHING: Measure = { depth: 0, introspectionDepth: 0, fields: 0, rootFields: 0, aliases: 0 };

/**
 * Measures an operation in time linear in the document: each fragment is visited once, no matter how often it is
 * spread. A cycle of fragments (which validation rejects) counts once.
 */
export function measureOperation(document: DocumentNode, operation: OperationDefinitionNode): Measure {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measured = new Map<string, Measure>();

  function ofFragment(name: string): Measure {
    const known = measured.get(name);
    if (known !== undefined) return known;
    measured.set(name, NOTHING);
    const fragment = fragments.get(name);
    const measure = fragment === undefined ? NOTHING : ofSelections(fragment.selectionSet);
    measured.set(name, measure);
    return measure;
  }

  function ofSelections({ selections }: SelectionSetNode): Measure {
    return selections.map(ofSelection).reduce(together, NOTHING);
  }

  function ofSelection(selection: SelectionSetNode['selections'][number]): Measure {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) return ofSelections(selection.selectionSet);
    const below = selection.selectionSet === undefined ? NOTHING : ofSelections(selection.selectionSet);
    const introspects = selection.name.value === '__schema' || selection.name.value === '__type';
    return {
      depth: introspects ? 1 : below.depth + 1,
      introspectionDepth: introspects ? below.depth + 1 : below.introspectionDepth,
      fields: below.fields + 1,
      rootFields: 1,
      aliases: below.aliases + (selection.alias === undefined ? 0 : 1),
    };
  }

  return ofSelections(operation.selectionSet);
}

function together(a: Measure, b: Measure): Measure {
  return {
    depth: Math.max(a.depth, b.depth),
    introspectionDepth: Math.max(a.introspectionDepth, b.introspectionDepth),
    fields: a.fields + b.fields,
    rootFields: a.rootFields + b.rootFields,
    aliases: a.aliases + b.aliases,
  };
}
