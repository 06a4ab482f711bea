import {
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import type { Context } from '../../src/graphql/context';
import { type Scope, stricter } from '../../src/graphql/scope';
import { fieldsOf, scopeOfField } from '../../src/graphql/enforce-scopes';
import { literalOf } from './any-value';

type Field = GraphQLField<unknown, Context>;

/** An operation that reads one field, and the scope that it needs. */
export interface FieldOperation {
  /** `Type.field` */
  readonly name: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly source: string;
  /** The strictest scope on the path to the field, including the field itself. */
  readonly scope: Scope;
}

interface Path {
  readonly kind: FieldOperation['kind'];
  readonly fields: readonly Field[];
  readonly scope: Scope;
}

/** Returns an operation for every field. */
export function fieldOperations(schema: GraphQLSchema): FieldOperation[] {
  const paths = easiestPaths(schema);
  const operations: FieldOperation[] = [];
  for (const [type, path] of paths) {
    for (const field of fieldsOf(type)) {
      const own = scopeOfField(schema, type, field)!;
      operations.push({
        name: `${type.name}.${field.name}`,
        kind: path.kind,
        source: `${path.kind} ${nested([...path.fields, field])}`,
        scope: stricter(path.scope, own)!,
      });
    }
  }
  return operations;
}

/** Returns the path with the lowest scope to every reachable object type. */
function easiestPaths(schema: GraphQLSchema): Map<GraphQLObjectType, Path> {
  const paths = new Map<GraphQLObjectType, Path>();
  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  const queue: GraphQLObjectType[] = [];
  for (const [kind, type] of Object.entries(roots)) {
    if (!type) continue;
    paths.set(type, { kind: kind as Path['kind'], fields: [], scope: 'STOREFRONT' });
    queue.push(type);
  }
  for (let type = queue.shift(); type !== undefined; type = queue.shift()) {
    const path = paths.get(type)!;
    for (const field of fieldsOf(type)) {
      const target = getNamedType(field.type);
      if (!isObjectType(target)) continue;
      const scope = stricter(path.scope, scopeOfField(schema, type, field))!;
      const known = paths.get(target);
      if (known !== undefined && (known.scope === scope || stricter(known.scope, scope) === scope)) continue;
      paths.set(target, { kind: path.kind, fields: [...path.fields, field], scope });
      queue.push(target);
    }
  }
  return paths;
}

function nested([field, ...rest]: readonly Field[]): string {
  const required = field.args.filter(isRequiredArgument).map((arg) => `${arg.name}: ${literalOf(arg.type)}`);
  const args = required.length > 0 ? `(${required.join(', ')})` : '';
  const leaf = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  return `{ ${field.name}${args}${rest.length > 0 ? ` ${nested(rest)}` : leaf} }`;
}
