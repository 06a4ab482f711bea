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
  OperationTypeNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { MAX_FIRST } from '../connection';
import { isSkipped } from '../selection';

/** Arguments and input fields with expressions, which are evaluated for many products. */
const EXPRESSIONS = ['filter', 'boost'] as const;
/** Characters of an expression that its field has paid for, and units for each further one. */
const EXPRESSION = { free: 100, perCharacter: 10 };
/** The same of the variables of expressions, as JSON. */
const EXPRESSION_VARIABLES = { free: 200, perCharacter: 0.4 };
/** Maximum units for all expressions of a root field. */
const MAX_EXPRESSIONS = 20_000;
/** The variables with this many characters cost the maximum. */
const MAX_VARIABLES = MAX_EXPRESSIONS / EXPRESSION_VARIABLES.perCharacter + EXPRESSION_VARIABLES.free;

/** An operation whose expressions cost more is refused anyway. */
const MAX_COUNTED = 60_000;

/** Assumed length of a list of objects without a `first` argument. */
const DEFAULT_LIST_LENGTH = 10;
/**
 * Field extension: the maximum length of the field's list, instead of {@link DEFAULT_LIST_LENGTH}. Example:
 * `@Extensions({ [MAX_LIST_LENGTH]: 100 })`. If {@link LISTS_BY} or {@link WORK_BY} names an argument, this is also the
 * maximum number of its items.
 */
export const MAX_LIST_LENGTH = 'listLength';

/**
 * Field extension: the name of a list argument. The field returns one list for each item of that argument. If the
 * number of items is unknown, {@link MAX_LIST_LENGTH} is assumed.
 */
export const LISTS_BY = 'listsBy';

/**
 * Field extension: the cost of computing a field, in addition to the cost of its response. Example:
 * `@Extensions({ [WORK]: 1_000 })`. A unit stands for two microseconds on the main thread, about the time to answer a
 * plain field. The work counts once for each list of {@link LISTS_BY}, or once for each item of the argument that
 * {@link WORK_BY} names. If it is a function of the field's arguments, as they are written and passed, its result is all
 * the work of the field.
 */
export const WORK = 'work';
export type WorkOf = (args: Readonly<Record<string, unknown>>) => number;
/**
 * Field extension: true if the {@link WORK} of a root field is done on the main thread, where each of its steps is
 * measured. What it did not take is given back.
 */
export const MEASURED = 'measured';
/**
 * Field extension: the path of a list argument, or of a list inside an argument, such as `input.events`. The
 * {@link WORK} of the field counts once for each item of that list. If the number of items is unknown,
 * {@link MAX_LIST_LENGTH} is assumed. If the path is `first`, the work counts once for each item of the page.
 */
export const WORK_BY = 'workBy';

/**
 * Field extension: the maximum page length, instead of {@link MAX_FIRST}. Example:
 * `@Extensions({ [MAX_PAGE]: 1_000 })`.
 */
export const MAX_PAGE = 'maxPage';

/**
 * Field extension: the cost of each subfield, instead of 1. Set it if the subfields are plain values without resolvers.
 */
export const SUBFIELD_PRICE = 'fieldPrice';

/** Numbers of items by the names that {@link COUNTED_BY} uses. */
export type ItemCounts = Readonly<Record<string, number>>;
/**
 * Field extension: a function of the field's arguments, as they are written and passed, that returns the numbers of
 * items of the lists with {@link COUNTED_BY} that are inside the field's answer.
 */
export const COUNTS = 'counts';
/**
 * Field extension: the name of the number, of {@link COUNTS} of a field around this one, that says how many items this
 * list has, all of them together if there are several such lists.
 */
export const COUNTED_BY = 'countedBy';

/** The fields of a connection of which there is one for each item of the page. It has its other fields once. */
const ITEM_FIELDS: ReadonlySet<string> = new Set(['edges', 'nodes']);

/**
 * The cost of a selection: once, for each item of the page if it is that of a connection, and for each item that
 * {@link COUNTED_BY} counts.
 */
interface SelectionCost {
  readonly once: number;
  readonly perItem: number;
  readonly perCounted: ItemCounts;
}

const FREE: SelectionCost = { once: 0, perItem: 0, perCounted: {} };

export interface OperationCost {
  /** The maximum cost. */
  readonly units: number;
  /** The part of it that is the {@link WORK} of root fields without {@link MEASURED}. */
  readonly unmeasured: number;
}

/** Returns {@link costOperation} without its parts. */
export function costOf(...operation: Parameters<typeof costOperation>): number {
  return costOperation(...operation).units;
}

/**
 * Returns the maximum cost of an operation: the number of fields that the response may have, plus the {@link WORK} of
 * the selected fields. A list counts as `first` objects, and each object adds its fields. A short document with nested
 * lists (variants of variants of variants) can therefore cost a thousand times as much as a flat one.
 *
 * The cost of each fragment is computed once, so the run time is linear in the length of the document.
 */
export function costOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): OperationCost {
  const root = schema.getRootType(operation.operation);
  let unmeasured = 0;
  let countedExpressions = 0;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const fragmentCosts = new Map<string, SelectionCost>();

  const costOfFragment = (name: string): SelectionCost => {
    const cachedCost = fragmentCosts.get(name);
    if (cachedCost !== undefined) return cachedCost;
    fragmentCosts.set(name, FREE); // A cyclic spread adds nothing; validation rejects it anyway.
    const fragment = fragments.get(name);
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    const cost = fragment && type ? costOfSelections(fragment.selectionSet, type) : FREE;
    fragmentCosts.set(name, cost);
    return cost;
  };

  const costOfSelections = ({ selections }: SelectionSetNode, parent: GraphQLNamedType): SelectionCost => {
    let [once, perItem] = [0, 0];
    const perCounted: Record<string, number> = {};
    for (const selection of selections) {
      if (isSkipped(selection, variables)) continue;
      const cost = costOfSelection(selection, parent);
      once += cost.once;
      perItem += cost.perItem;
      for (const [name, each] of Object.entries(cost.perCounted)) perCounted[name] = (perCounted[name] ?? 0) + each;
    }
    return { once, perItem, perCounted };
  };

  const costOfSelection = (selection: SelectionNode, parent: GraphQLNamedType): SelectionCost => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return costOfFragment(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value;
      return costOfSelections(selection.selectionSet, (condition && schema.getType(condition)) || parent);
    }
    const field = isObjectType(parent) ? parent.getFields()[selection.name.value] : undefined;
    const countedBy = field?.extensions[COUNTED_BY];
    if (typeof countedBy === 'string' && selection.selectionSet) {
      const price = Number(field!.extensions[SUBFIELD_PRICE] ?? 1);
      const { once, perCounted } = costOfSelections(selection.selectionSet, getNamedType(field!.type));
      const entries = Object.entries({ ...perCounted, [countedBy]: once });
      return {
        once: 1,
        perItem: 0,
        perCounted: Object.fromEntries(entries.map(([name, each]) => [name, each * price])),
      };
    }
    const cost = costOfField(selection, parent);
    const isPerItem = isConnection(parent) && ITEM_FIELDS.has(selection.name.value);
    return isPerItem ? { ...FREE, perItem: cost } : { ...FREE, once: cost };
  };

  const costOfField = (node: FieldNode, parent: GraphQLNamedType): number => {
    const field = isObjectType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!field) return 1;
    const listCount = itemCountOf(field, node, LISTS_BY) ?? 1;
    const length = node.selectionSet ? lengthOf(field, node, parent as GraphQLObjectType) : 1;
    const times = field.extensions[WORK_BY] === 'first' ? length : (itemCountOf(field, node, WORK_BY) ?? listCount);
    const declared = field.extensions[WORK] as number | WorkOf | undefined;
    const work = typeof declared === 'function' ? declared(argumentsOf(node)) : (declared ?? 0) * times;
    if (parent === root && field.extensions[MEASURED] !== true) unmeasured += work;
    const isQueried = parent === root && operation.operation !== OperationTypeNode.MUTATION;
    const expressions = isQueried && countedExpressions < MAX_COUNTED ? expressionsIn(argumentsOf(node)) : 0;
    countedExpressions += expressions;
    if (!node.selectionSet) return 1 + work + expressions;
    const price = Number(field.extensions[SUBFIELD_PRICE] ?? 1);
    const type = getNamedType(field.type);
    const { once, perItem, perCounted } = costOfSelections(node.selectionSet, type);
    const fields = once * (isConnection(type) ? 1 : length) + perItem * length + countedIn(field, node, perCounted);
    return 1 + work + expressions + Math.ceil(price * listCount * fields);
  };

  const countedIn = (field: GraphQLField<unknown, unknown>, node: FieldNode, perCounted: ItemCounts): number => {
    const costs = Object.entries(perCounted);
    if (costs.length === 0) return 0;
    const countsOf = field.extensions[COUNTS] as ((args: Readonly<Record<string, unknown>>) => ItemCounts) | undefined;
    const counts = countsOf?.(argumentsOf(node)) ?? {};
    return costs.reduce((sum, [name, each]) => sum + each * (counts[name] ?? DEFAULT_LIST_LENGTH), 0);
  };

  const argumentsOf = (node: FieldNode): Readonly<Record<string, unknown>> =>
    Object.fromEntries((node.arguments ?? []).map(({ name, value }) => [name.value, valueOf(value)] as const));

  /** Returns the value of an argument. A variable that is not passed has its default. */
  const valueOf = (value: ValueNode): unknown => {
    if (value.kind === Kind.VARIABLE) {
      const name = value.name.value;
      if (variables[name] !== undefined) return variables[name];
      const defaultValue = operation.variableDefinitions?.find(
        ({ variable }) => variable.name.value === name,
      )?.defaultValue;
      return defaultValue && valueOf(defaultValue);
    }
    if (value.kind === Kind.NULL) return null;
    if (value.kind === Kind.LIST) return value.values.map(valueOf);
    if (value.kind === Kind.OBJECT)
      return Object.fromEntries(value.fields.map((field) => [field.name.value, valueOf(field.value)]));
    return value.kind === Kind.INT || value.kind === Kind.FLOAT ? Number(value.value) : value.value;
  };

  const lengthOf = (field: GraphQLField<unknown, unknown>, node: FieldNode, parent: GraphQLObjectType): number => {
    const first = field.args.find((arg) => arg.name === 'first');
    if (first) {
      const max = Number(field.extensions[MAX_PAGE] ?? MAX_FIRST);
      return Math.max(0, Math.min(max, firstOf(node, max) ?? Number(first.defaultValue ?? max)));
    }
    // `first` is counted at the field that returns the connection.
    if (!isListOfObjects(field) || (isConnection(parent) && ITEM_FIELDS.has(field.name))) return 1;
    return Number(field.extensions[MAX_LIST_LENGTH] ?? DEFAULT_LIST_LENGTH);
  };

  /**
   * Returns the number of items of the list argument whose path an extension contains; `undefined` if the field lacks
   * the extension.
   */
  const itemCountOf = (
    field: GraphQLField<unknown, unknown>,
    node: FieldNode,
    extension: string,
  ): number | undefined => {
    const path = field.extensions[extension];
    if (typeof path !== 'string') return undefined;
    const [name, ...innerPath] = path.split('.');
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    return itemCountAt(value, innerPath, variables) ?? Number(field.extensions[MAX_LIST_LENGTH] ?? DEFAULT_LIST_LENGTH);
  };

  const firstOf = (node: FieldNode, max: number): number | undefined => {
    const value = node.arguments?.find((argument) => argument.name.value === 'first')?.value;
    if (value?.kind === Kind.INT) return Number(value.value);
    const given = value?.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
    // A variable that is not passed counts as the maximum, because its default is not evaluated.
    return value === undefined ? undefined : typeof given === 'number' ? given : max;
  };

  return { units: root ? costOfSelections(operation.selectionSet, root).once : 0, unmeasured };
}

/** Returns the work of expressions in the arguments of a root field, and in its inputs. */
function expressionsIn(args: Readonly<Record<string, unknown>>): number {
  let units = 0;
  for (const given of [args, args.input, args.inputs].flat() as (
    Readonly<Record<string, unknown>> | null | undefined
  )[]) {
    if (typeof given !== 'object' || given === null) continue;
    for (const name of EXPRESSIONS) {
      const text = given[name];
      if (typeof text === 'string') units += priceOf(text.length, EXPRESSION);
    }
    units += priceOf(charactersOf(given.filterVariables), EXPRESSION_VARIABLES);
    if (units >= MAX_EXPRESSIONS) return MAX_EXPRESSIONS;
  }
  return Math.ceil(units);
}

/** Returns about the number of characters of a value as JSON, up to {@link MAX_VARIABLES}, however deep it is. */
function charactersOf(value: unknown): number {
  let characters = 0;
  const pending = [value];
  while (pending.length > 0 && characters < MAX_VARIABLES) {
    const next = pending.pop();
    if (typeof next === 'string') characters += next.length + 2;
    else if (typeof next !== 'object' || next === null) characters += next == null ? 0 : 6;
    else {
      for (const name in next) {
        characters += Array.isArray(next) ? 1 : name.length + 4;
        if (characters >= MAX_VARIABLES) break;
        pending.push((next as Record<string, unknown>)[name]);
      }
    }
  }
  return Math.min(characters, MAX_VARIABLES);
}

function priceOf(length: number, { free, perCharacter }: typeof EXPRESSION): number {
  return perCharacter * Math.max(0, length - free);
}

function isConnection({ name }: GraphQLNamedType): boolean {
  return name.endsWith('Connection');
}

export function isListOfObjects({ type }: Pick<GraphQLField<unknown, unknown>, 'type'>): boolean {
  const bare = isNonNullType(type) ? type.ofType : type;
  return isListType(bare) && isCompositeType(getNamedType(type));
}

/** Returns the length of the list at a path inside a literal or a variable; `undefined` if it is unknown. */
function itemCountAt(
  value: ValueNode | undefined,
  path: readonly string[],
  variables: Readonly<Record<string, unknown>>,
): number | undefined {
  if (value?.kind === Kind.VARIABLE) {
    const given = path.reduce<unknown>(
      (innerValue, name) => (innerValue as Record<string, unknown> | null | undefined)?.[name],
      variables[value.name.value],
    );
    return Array.isArray(given) ? given.length : undefined;
  }
  if (path.length === 0) return value?.kind === Kind.LIST ? value.values.length : undefined;
  if (value?.kind !== Kind.OBJECT) return undefined;
  const [name, ...innerPath] = path;
  return itemCountAt(value.fields.find((field) => field.name.value === name)?.value, innerPath, variables);
}
