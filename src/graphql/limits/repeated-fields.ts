import { type DocumentNode, type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import { ApiError } from '../errors';

/** Pairs of fields with the same path that a document may have: one path has at most about a hundred fields. */
const MAX_PAIRS = 5_000;
/** Fields that are gone through to count the pairs, those of a fragment again for each use. */
const MAX_STEPS = 20_000;
/** A document has no deeper field, unless a fragment contains itself, which is invalid. */
const MAX_DEPTH = 1_000;

/**
 * Refuses a document whose validation would take long: the rule that fields of one response name can be merged compares
 * all pairs of them (GraphQL specification, 5.3.2). Call it before the validation.
 * @returns undefined if the document may be validated
 */
export function refuseRepeatedFields(document: DocumentNode): ApiError | undefined {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  let pairs = 0;
  let steps = 0;
  const isOver = () => pairs > MAX_PAIRS || steps > MAX_STEPS;

  const collect = ({ selections }: SelectionSetNode, byName: Map<string, FieldNode[]>, used: Set<string>): void => {
    for (const selection of selections) {
      steps++;
      if (isOver()) return;
      if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet, byName, used);
      else if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const same = byName.get(name);
        pairs += same?.length ?? 0;
        if (same === undefined) byName.set(name, [selection]);
        else same.push(selection);
      } else {
        const fragment = fragments.get(selection.name.value);
        if (fragment === undefined || used.has(selection.name.value)) continue;
        used.add(selection.name.value);
        collect(fragment.selectionSet, byName, used);
      }
    }
  };
  const goThrough = (sets: readonly SelectionSetNode[], depth: number): void => {
    if (depth > MAX_DEPTH) return;
    const byName = new Map<string, FieldNode[]>();
    const used = new Set<string>();
    for (const set of sets) collect(set, byName, used);
    for (const fields of byName.values()) {
      if (isOver()) return;
      const below = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (below.length > 0) goThrough(below, depth + 1);
    }
  };
  for (const definition of document.definitions)
    if ('selectionSet' in definition) goThrough([definition.selectionSet], 0);
  return isOver() ? new ApiError('TOO_COMPLEX', MESSAGE) : undefined;
}

const MESSAGE = 'The document asks for the same fields too often: remove the repetitions.';
