import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import type { Context } from './context';
import { ApiError } from './errors';
import { allows, declaredScope, FOR_GUESTS, FOR_OPERATORS, type Scope, stricter } from './scope';

type Field = GraphQLField<unknown, Context>;

/** Thrown for a schema with fields that declare no scope. */
class UndeclaredScopeError extends Error {
  constructor(readonly fields: readonly string[]) {
    super(`No scope is declared for ${fields.join(', ')}: add @Scoped(…) to the field or to its type`);
    this.name = 'UndeclaredScopeError';
  }
}

/**
 * Adds a scope check to every root field, and to every nested field that requires more than a storefront key. The other
 * nested fields need no check, because the check of the root field already requires a key. Checking every field of a
 * long list would be slow.
 *
 * @throws UndeclaredScopeError naming every field without a scope
 */
export function enforceScopes(schema: GraphQLSchema): void {
  const undeclared: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    const root = isRoot(schema, type);
    for (const field of fieldsOf(type)) {
      const scope = scopeOfField(schema, type, field);
      if (scope === undefined) undeclared.push(`${type.name}.${field.name}`);
      else if (isObjectType(type) && (root || scope !== 'STOREFRONT'))
        addScopeCheck(field, scope, type === schema.getMutationType());
    }
  }
  if (undeclared.length > 0) throw new UndeclaredScopeError(undeclared);
}

/**
 * Returns the scope that a field requires: the stricter of the field's scope and its type's scope. For a root field,
 * only the field's scope counts.
 */
export function scopeOfField(schema: GraphQLSchema, type: GraphQLNamedType, field: Field): Scope | undefined {
  const own = declaredScope(field.extensions);
  return isRoot(schema, type) ? own : stricter(own, declaredScope(type.extensions));
}

/** @throws ApiError UNAUTHENTICATED without a key, FORBIDDEN if the scope of the key does not suffice */
export function requireScope(viewer: Context['viewer'], scope: Scope, what: string): void {
  if (viewer === null) throw new ApiError('UNAUTHENTICATED', `${what} requires a key.`);
  if (!allows(viewer.scope, scope)) {
    throw new ApiError('FORBIDDEN', `${what} requires a key with scope ${scope}; this key has scope ${viewer.scope}.`);
  }
}

export function fieldsOf(type: GraphQLNamedType): Field[] {
  const composite = (isObjectType(type) || isInterfaceType(type)) && !isIntrospectionType(type);
  return composite ? (Object.values(type.getFields()) as Field[]) : [];
}

function isRoot(schema: GraphQLSchema, type: GraphQLNamedType): boolean {
  return type === schema.getQueryType() || type === schema.getMutationType() || type === schema.getSubscriptionType();
}

function addScopeCheck(field: Field, scope: Scope, isMutation: boolean): void {
  const { resolve = defaultFieldResolver, subscribe, extensions } = field;
  const check = ({ viewer }: Context) => {
    if (viewer?.scope === 'OPERATOR' && extensions[FOR_OPERATORS] === true) return;
    requireScope(viewer, scope, field.name);
  };
  field.resolve = (source, args, context, info) => {
    check(context);
    if (isMutation && context.viewer?.orderId !== undefined && extensions[FOR_GUESTS] !== true)
      throw new ApiError('FORBIDDEN', `${field.name} requires a token other than that of an order, which only reads.`);
    return resolve(source, args, context, info);
  };
  if (subscribe !== undefined) {
    field.subscribe = (source, args, context, info) => {
      check(context);
      return subscribe(source, args, context, info);
    };
  }
}
