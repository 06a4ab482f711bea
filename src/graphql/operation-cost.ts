import {
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { MAX_FIRST } from './connection';

/** How long a list of objects without a `first` of its own is taken to be. */
const ASSUMED_LENGTH = 10;
/** A field that may be longer says so: `@Extensions({ [LIST_LENGTH]: 100 })`. */
export const LIST_LENGTH = 'listLength';

/**
 * A field that gives one list for each item of an argument names that argument. Its {@link LIST_LENGTH} is how many
 * there may be.
 */
export const LISTS_BY = 'listsBy';

/**
 * What a field takes beside its answer, in fields that could be answered meanwhile (a microsecond or two each):
 * `@Extensions({ [WORK]: 1_000 })`. Once for each list of {@link LISTS_BY}, or for each item of the argument that
 * {@link WORK_BY} names.
 */
export const WORK = 'work';
/**
 * An argument, or a list inside of one: `input.events`. Where its length is not known it is the field's {@link LIST_LENGTH}.
 * `first`: once for each item that it lets be.
 */
export const WORK_BY = 'workBy';

/** A list whose pages may be longer than {@link MAX_FIRST} says so: `@Extensions({ [MAX_PAGE]: 1_000 })`. */
export const MAX_PAGE = 'maxPage';

/** What a field below it costs, in units, where that is less than one: plain values of a list, which no resolver makes. */
export const FIELD_PRICE = 'fieldPrice';

/**
 * What answering may cost at the most, in fields of the answer: each counts once for every object it can stand in, lists by
 * their `first`, and what takes longer than being read says so. Variants of variants of variants cost a thousandfold,
 * whatever the document's length.
 *
 * Each fragment is gone through once, so the time is linear in the document.
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, number>();

  const ofFragment = (name: string): number => {
    const before = known.get(name);
    if (before !== undefined) return before;
    known.set(name, 0); // a cycle counts once around; validation refuses it anyway
    const fragment = fragments.get(name);
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    const cost = fragment && type ? ofSelections(fragment.selectionSet, type) : 0;
    known.set(name, cost);
    return cost;
  };

  const ofSelections = ({ selections }: SelectionSetNode, parent: GraphQLNamedType): number =>
    selections.reduce((sum, selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return sum + ofFragment(selection.name.value);
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        return sum + ofSelections(selection.selectionSet, (condition && schema.getType(condition)) || parent);
      }
      return sum + ofField(selection, parent);
    }, 0);

  const ofField = (node: FieldNode, parent: GraphQLNamedType): number => {
    const field = isObjectType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!field) return 1;
    const lists = itemsOf(field, node, LISTS_BY) ?? 1;
    const length = node.selectionSet ? lengthOf(field, node, parent as GraphQLObjectType) : 1;
    const times = field.extensions[WORK_BY] === 'first' ? length : (itemsOf(field, node, WORK_BY) ?? lists);
    const work = Number(field.extensions[WORK] ?? 0) * times;
    if (!node.selectionSet) return 1 + work;
    const price = Number(field.extensions[FIELD_PRICE] ?? 1);
    return 1 + work + Math.ceil(price * lists * length * ofSelections(node.selectionSet, getNamedType(field.type)));
  };

  const lengthOf = (field: GraphQLField<unknown, unknown>, node: FieldNode, parent: GraphQLObjectType): number => {
    const first = field.args.find((arg) => arg.name === 'first');
    if (first) {
      const most = Number(field.extensions[MAX_PAGE] ?? MAX_FIRST);
      return Math.max(0, Math.min(most, firstOf(node, most) ?? Number(first.defaultValue ?? most)));
    }
    // A connection has counted for its edges and nodes already.
    if (!isListOfObjects(field) || parent.name.endsWith('Connection')) return 1;
    return Number(field.extensions[LIST_LENGTH] ?? ASSUMED_LENGTH);
  };

  /** How many items the argument has that the field names under `by`; `undefined` where it names none. */
  const itemsOf = (field: GraphQLField<unknown, unknown>, node: FieldNode, by: string): number | undefined => {
    const path = field.extensions[by];
    if (typeof path !== 'string') return undefined;
    const [name, ...inside] = path.split('.');
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    return itemsAt(value, inside, variables) ?? Number(field.extensions[LIST_LENGTH] ?? ASSUMED_LENGTH);
  };

  const firstOf = (node: FieldNode, most: number): number | undefined => {
    const value = node.arguments?.find((argument) => argument.name.value === 'first')?.value;
    if (value?.kind === Kind.INT) return Number(value.value);
    const given = value?.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
    // What is left to the variable's own default counts as the longest.
    return value === undefined ? undefined : typeof given === 'number' ? given : most;
  };

  const root = schema.getRootType(operation.operation);
  return root ? ofSelections(operation.selectionSet, root) : 0;
}

function isListOfObjects({ type }: GraphQLField<unknown, unknown>): boolean {
  const bare = isNonNullType(type) ? type.ofType : type;
  return isListType(bare) && isCompositeType(getNamedType(type));
}

/** The length of the list at a path inside of a value, as far as it is written out or given by a variable. */
function itemsAt(
  value: ValueNode | undefined,
  path: readonly string[],
  variables: Readonly<Record<string, unknown>>,
): number | undefined {
  if (value?.kind === Kind.VARIABLE) {
    const given = path.reduce<unknown>(
      (inside, name) => (inside as Record<string, unknown> | null | undefined)?.[name],
      variables[value.name.value],
    );
    return Array.isArray(given) ? given.length : undefined;
  }
  if (path.length === 0) return value?.kind === Kind.LIST ? value.values.length : undefined;
  if (value?.kind !== Kind.OBJECT) return undefined;
  const [name, ...inside] = path;
  return itemsAt(value.fields.find((field) => field.name.value === name)?.value, inside, variables);
}
