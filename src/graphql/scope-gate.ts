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
import { allows, declaredScope, type Scope, stricter } from './scope';

type Field = GraphQLField<unknown, Context>;

/** A schema that was built with fields nobody said the scope of. */
export class UndeclaredScopeError extends Error {
  constructor(readonly fields: readonly string[]) {
    super(`No scope is declared for ${fields.join(', ')}: put @Scoped(…) on the field or on its type`);
    this.name = 'UndeclaredScopeError';
  }
}

/**
 * Puts the gate before every root field, and before every nested field that needs more than a storefront key: what a
 * storefront key may read has been let in at the root, and a wrapper on each field of a long list would be felt.
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
      else if (isObjectType(type) && (root || scope !== 'STOREFRONT')) guard(field, scope);
    }
  }
  if (undeclared.length > 0) throw new UndeclaredScopeError(undeclared);
}

/** The scope that a field needs: the stricter of its own and its type's; a root field has only its own. */
export function scopeOfField(schema: GraphQLSchema, type: GraphQLNamedType, field: Field): Scope | undefined {
  const own = declaredScope(field.extensions);
  return isRoot(schema, type) ? own : stricter(own, declaredScope(type.extensions));
}

/** @throws ApiError UNAUTHENTICATED without a key, FORBIDDEN with one that may not */
export function demand(viewer: Context['viewer'], scope: Scope, what: string): void {
  if (viewer === null) throw new ApiError('UNAUTHENTICATED', `${what} needs a key`);
  if (!allows(viewer.scope, scope)) {
    throw new ApiError('FORBIDDEN', `${what} needs a key of scope ${scope}: this one is ${viewer.scope}`);
  }
}

export function fieldsOf(type: GraphQLNamedType): Field[] {
  const composite = (isObjectType(type) || isInterfaceType(type)) && !isIntrospectionType(type);
  return composite ? (Object.values(type.getFields()) as Field[]) : [];
}

function isRoot(schema: GraphQLSchema, type: GraphQLNamedType): boolean {
  return type === schema.getQueryType() || type === schema.getMutationType() || type === schema.getSubscriptionType();
}

function guard(field: Field, scope: Scope): void {
  const { resolve = defaultFieldResolver, subscribe } = field;
  field.resolve = (source, args, context, info) => {
    demand(context.viewer, scope, field.name);
    return resolve(source, args, context, info);
  };
  if (subscribe !== undefined) {
    field.subscribe = (source, args, context, info) => {
      demand(context.viewer, scope, field.name);
      return subscribe(source, args, context, info);
    };
  }
}
