import { type DocumentNode, type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import { appendTo } from '../../learn/group-by';
import { ApiError } from '../errors';

/**
 * Pairs of fields with the same path that a document may have, and pairs of fragments that are used at the same path: one
 * path has at most about a hundred of them. They count for each place where a fragment is used.
 */
const MAX_PAIRS = 5_000;
/** Fields that a document may have if its fragments are written out. */
const MAX_FIELDS = 20_000;
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
  let visited = 0;
  const isOver = () => pairs > MAX_PAIRS || visited > MAX_FIELDS;

  const collectFields = ({ selections }: SelectionSetNode, collected: Collected): void => {
    const { byName, used } = collected;
    for (const selection of selections) {
      visited++;
      if (isOver()) return;
      if (selection.kind === Kind.INLINE_FRAGMENT) collectFields(selection.selectionSet, collected);
      else if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        pairs += byName.get(name)?.length ?? 0;
        appendTo(byName, name, selection);
      } else {
        pairs += collected.spreads++;
        const fragment = fragments.get(selection.name.value);
        if (fragment === undefined || used.has(selection.name.value)) continue;
        used.add(selection.name.value);
        collectFields(fragment.selectionSet, collected);
      }
    }
  };
  const visitSets = (sets: readonly SelectionSetNode[], depth: number): void => {
    if (depth > MAX_DEPTH) return;
    const collected: Collected = { byName: new Map(), used: new Set(), spreads: 0 };
    for (const set of sets) collectFields(set, collected);
    for (const fields of collected.byName.values()) {
      if (isOver()) return;
      const below = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (below.length > 0) visitSets(below, depth + 1);
    }
  };
  for (const definition of document.definitions)
    if ('selectionSet' in definition) visitSets([definition.selectionSet], 0);
  if (!isOver()) return undefined;
  return new ApiError('TOO_COMPLEX', visited > MAX_FIELDS ? TOO_LARGE : TOO_REPETITIVE);
}

const TOO_REPETITIVE = 'The document asks for the same fields too often: remove the repetitions.';
const TOO_LARGE = `The document is too large: with its fragments written out, it has more than ${MAX_FIELDS} fields.`;

/** The fields of one path. */
interface Collected {
  readonly byName: Map<string, FieldNode[]>;
  /** The names of the fragments that were written out. */
  readonly used: Set<string>;
  /** Number of uses of fragments. */
  spreads: number;
}
