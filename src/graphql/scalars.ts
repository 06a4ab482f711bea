/** The scalars of the schema, for use in `@Field(() => …)`. A DateTime is a `Date` in resolvers. */
export { GraphQLDateTime as DateTime, GraphQLJSONObject as JSONObject } from 'graphql-scalars';
export { Decimal } from './decimal';
