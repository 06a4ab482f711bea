import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './generated/schema.d.ts';

/**
 * Creates a GraphQL document whose variables and result are typed from its text and the shop's schema, without code
 * generation: `graphql('query ($id: ID!) { product(id: $id) { title } }')`.
 */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: {
    Date: string;
    DateTime: string;
    Decimal: string;
    JSONObject: Record<string, unknown>;
    SafeInt: number;
    ZonedDateTime: string;
  };
}>();

export { readFragment } from 'gql.tada';
export type { FragmentOf, ResultOf, TadaDocumentNode, VariablesOf } from 'gql.tada';
