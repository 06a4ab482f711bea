import type { GraphQLSchema } from 'graphql';
import { fieldsOf, scopeOfField } from '../src/graphql/enforce-scopes';

/** Returns the queries and mutations that a storefront key may use, such as `Query.product`. */
export function storefrontFields(schema: GraphQLSchema): string[] {
  return [schema.getQueryType()!, schema.getMutationType()!].flatMap((type) =>
    fieldsOf(type)
      .filter((field) => scopeOfField(schema, type, field) === 'STOREFRONT')
      .map(({ name }) => `${type.name}.${name}`),
  );
}
