import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './generated/schema.d.ts';

/**
 * A GraphQL document whose variables and answer are typed by the shop's schema, out of its text alone:
 * `graphql('query ($id: ID!) { product(id: $id) { title } }')`. There is nothing to generate after a change of it.
 */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { DateTime: string; Decimal: string; JSONObject: Record<string, unknown> };
}>();

export { readFragment } from 'gql.tada';
export type { FragmentOf, ResultOf, TadaDocumentNode, VariablesOf } from 'gql.tada';
