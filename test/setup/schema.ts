import { buildGraphqlSchema } from '../../src/graphql/schema';
import { RESOLVERS } from './resolvers';

/** The schema of a shop, to inspect it. */
export const SCHEMA = buildGraphqlSchema(RESOLVERS);
