import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  getNullableType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { Extensions } from 'type-graphql';
import { itemCoercer, type Coerced } from './coerce-item';
import type { Context } from './context';
import type { ItemError } from './item-error.type';
import { itemUserError, type UserError } from './user-error.type';

const EXTENSION = 'bulkItems';
const ARGUMENT = 'input';

interface BulkItemsExtension {
  /** The list in the argument `input`. */
  readonly list: string;
  readonly max: number;
}

/**
 * Declares that a mutation takes the items of a list one by one: an item whose value does not have the type of the list
 * is an error of that item in the payload's `errors`, and the other items are taken.
 *
 * GraphQL itself would refuse the whole operation. So each item of a list that was sent as a variable is judged before
 * the execution (see {@link separateBadItems}); items in the document are judged by validation, which refuses all.
 *
 * @param list the name of the list in the argument `input`
 * @param max the number of items that the mutation takes. Longer lists are not judged: the mutation refuses them
 */
export function BulkItems(list: string, max: number): MethodDecorator {
  const extension: BulkItemsExtension = { list, max };
  return Extensions({ [EXTENSION]: extension });
}

/** The items of one variable that were taken out of its list. */
interface SeparatedItems {
  readonly errors: readonly ItemError[];
  /** For each item that is still in the list, its index in the list that was sent. */
  readonly indexes: readonly number[];
}

/** By the name of the variable. */
export type SeparatedVariables = ReadonlyMap<string, SeparatedItems>;

interface BulkField extends BulkItemsExtension {
  readonly coerce: (value: unknown) => Coerced<unknown>;
}

type Variables = Readonly<Record<string, unknown>>;

const bulkFieldsOfSchemas = new WeakMap<GraphQLSchema, ReadonlyMap<string, BulkField>>();

/**
 * Judges the items of bulk lists in the variables of a mutation.
 * @returns the variables without the bad items, the bad items, and the lists that were judged
 */
export function separateBadItems(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): { readonly variables: Variables; readonly separated: SeparatedVariables; readonly judged: ReadonlySet<unknown> } {
  const separated = new Map<string, SeparatedItems>();
  const judgedLists = new Set<unknown>();
  const kept: Record<string, unknown> = { ...variables };
  for (const node of rootFieldsOf(document, operation.selectionSet)) {
    const field = bulkFieldsOf(schema).get(node.name.value);
    const place = field && listVariableOf(node, field.list);
    if (place === undefined || separated.has(place.variable)) continue;
    const list = place.path.reduce<unknown>(
      (value, name) => (value as Record<string, unknown> | null | undefined)?.[name],
      kept[place.variable],
    );
    if (!Array.isArray(list) || list.length > field!.max || judgedLists.has(list)) continue;
    const judged = coerceItems(list, field!.coerce);
    const good = judged.errors.length === 0 ? list : judged.indexes.map((index) => list[index] as unknown);
    judgedLists.add(good);
    if (judged.errors.length === 0) continue;
    separated.set(place.variable, judged);
    kept[place.variable] =
      place.path.length === 0 ? good : { ...(kept[place.variable] as object), [field!.list]: good };
  }
  return { variables: kept, separated, judged: judgedLists };
}

/** Coerces items one by one. Returns the values of the good ones with their indexes, and an error for each other one. */
export function coerceItems<T>(
  items: readonly unknown[],
  coerce: (item: unknown) => Coerced<T>,
): { readonly values: readonly T[]; readonly indexes: readonly number[]; readonly errors: readonly ItemError[] } {
  const values: T[] = [];
  const indexes: number[] = [];
  const errors: ItemError[] = [];
  items.forEach((item, index) => {
    const coerced = coerce(item);
    if ('fault' in coerced) {
      const { message, path = null } = coerced.fault;
      return void errors.push({ index, code: 'BAD_USER_INPUT', message, path });
    }
    values.push(coerced.value);
    indexes.push(index);
  });
  return { values, indexes, errors };
}

/** Makes bulk mutations return the bad items among their errors. Call it before `enforceScopes`. */
export function returnBadItems(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {}) as GraphQLField<unknown, Context>[]) {
    const extension = field.extensions[EXTENSION] as BulkItemsExtension | undefined;
    const { resolve } = field;
    if (extension === undefined || resolve === undefined) continue;
    field.resolve = async (source, args, context, info) => {
      const payload = (await resolve(source, args, context, info)) as BulkPayload;
      const place = listVariableOf(info.fieldNodes[0]!, extension.list);
      const separated = place && context.separatedItems?.get(place.variable);
      if (separated === undefined) return payload;
      return withBadItems(payload, extension.list, separated);
    };
  }
}

type BulkPayload = { readonly errors: readonly ItemError[] } | { readonly userErrors: readonly UserError[] };

function withBadItems(payload: BulkPayload, list: string, { errors, indexes }: SeparatedItems): BulkPayload {
  if ('errors' in payload) {
    const others = payload.errors.map((error) => ({ ...error, index: indexes[error.index]! }));
    return { ...payload, errors: [...errors, ...others].sort((a, b) => a.index - b.index) };
  }
  const bad = errors.map(({ index, message, path }) =>
    itemUserError(list, index, { code: 'BAD_USER_INPUT', message, path }),
  );
  const others = payload.userErrors.map((error) => {
    const index = indexes[error.index!]!;
    return {
      ...error,
      index,
      field: error.field && [...error.field.slice(0, 2), String(index), ...error.field.slice(3)],
    };
  });
  return { ...payload, userErrors: [...bad, ...others].sort((a, b) => a.index! - b.index!) };
}

function bulkFieldsOf(schema: GraphQLSchema): ReadonlyMap<string, BulkField> {
  const known = bulkFieldsOfSchemas.get(schema);
  if (known !== undefined) return known;
  const fields = new Map<string, BulkField>();
  for (const [name, field] of Object.entries(schema.getMutationType()?.getFields() ?? {})) {
    const extension = field.extensions[EXTENSION] as BulkItemsExtension | undefined;
    if (extension !== undefined)
      fields.set(name, { ...extension, coerce: itemCoercer(itemTypeOf(field, extension.list)) });
  }
  bulkFieldsOfSchemas.set(schema, fields);
  return fields;
}

function itemTypeOf(field: GraphQLField<unknown, unknown>, list: string): GraphQLInputType {
  const input = getNullableType(field.args.find(({ name }) => name === ARGUMENT)?.type);
  const type = isInputObjectType(input) ? getNullableType(input.getFields()[list]?.type) : undefined;
  if (!isListType(type)) throw new Error(`${field.name} has no list ${ARGUMENT}.${list}`);
  return type.ofType as GraphQLInputType;
}

/** Returns the variable that holds the list, and the path to the list in it. */
function listVariableOf(node: FieldNode, list: string): { variable: string; path: readonly string[] } | undefined {
  const value = node.arguments?.find((argument: ArgumentNode) => argument.name.value === ARGUMENT)?.value;
  if (value?.kind === Kind.VARIABLE) return { variable: value.name.value, path: [list] };
  if (value?.kind !== Kind.OBJECT) return undefined;
  const inner = value.fields.find(({ name }) => name.value === list)?.value;
  return inner?.kind === Kind.VARIABLE ? { variable: inner.name.value, path: [] } : undefined;
}

/** Yields the fields of an operation, with those in fragments. Validation has refused cyclic fragments. */
function* rootFieldsOf(document: DocumentNode, { selections }: SelectionSetNode): Generator<FieldNode> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) yield selection;
    else if (selection.kind === Kind.INLINE_FRAGMENT) yield* rootFieldsOf(document, selection.selectionSet);
    else
      for (const definition of document.definitions)
        if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value)
          yield* rootFieldsOf(document, definition.selectionSet);
  }
}
