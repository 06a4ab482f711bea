import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type BuildSchemaOptions, type PubSub } from 'type-graphql';
import { returnBadItems } from './bulk-items';
import { DateTime } from './scalars';
import { enforceScopes } from './enforce-scopes';
import { divideWork } from './limits/divide-work';
import { connectSubscriptions } from './subscribed-by';

/** The PubSub of a schema that is only printed or inspected. */
const NO_PUBSUB: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('This schema was built without pub/sub; pass one to buildGraphqlSchema.');
  },
};

/**
 * Builds the schema and adds the scope checks.
 *
 * @param resolvers resolver instances, or classes if the schema is only printed or inspected
 * @throws UndeclaredScopeError naming every field without a scope
 */
export function buildGraphqlSchema(resolvers: readonly object[], pubSub: PubSub = NO_PUBSUB): GraphQLSchema {
  const instances = new Map<unknown, object>();
  const classes = resolvers.map((resolver) => {
    if (typeof resolver === 'function') return resolver;
    instances.set(resolver.constructor, resolver);
    return resolver.constructor;
  });
  const instanceOf = (wanted: unknown): object => {
    const instance = instances.get(wanted);
    if (instance === undefined) throw new Error(`No instance of ${nameOf(wanted)} was passed to buildGraphqlSchema.`);
    return instance;
  };
  const schema = buildSchemaSync({
    resolvers: classes as unknown as BuildSchemaOptions['resolvers'],
    pubSub,
    container: { get: instanceOf },
    scalarsMap: [{ type: Date, scalar: DateTime }],
    // Resolvers validate inputs, because in a batch an invalid item is an error of that item only.
    validate: false,
  });
  connectSubscriptions(schema, instanceOf);
  returnBadItems(schema);
  divideWork(schema);
  enforceScopes(schema);
  return schema;
}

function nameOf(wanted: unknown): string {
  return typeof wanted === 'function' ? wanted.name : String(wanted);
}
