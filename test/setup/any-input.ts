import fc from 'fast-check';
import type { GraphQLField } from 'graphql';
import type { GraphqlClient } from './graphql-client';
import { documentOf, oddValues } from './odd-inputs';
import { SCHEMA } from './schema';

/** The root fields of queries and mutations. */
export const ROOT_FIELDS = (['query', 'mutation'] as const).flatMap((operation) => {
  const type = operation === 'query' ? SCHEMA.getQueryType() : SCHEMA.getMutationType();
  return Object.values(type?.getFields() ?? {}).map((field) => ({
    operation,
    field: field as GraphQLField<unknown, unknown>,
  }));
});

/**
 * Sends values of the right JSON types to a root field.
 * @returns the variables that were answered with INTERNAL, and the codes of all answers with their numbers
 */
export async function sendOddInputs(
  client: GraphqlClient,
  { operation, field }: (typeof ROOT_FIELDS)[number],
  options: { readonly runs: number; readonly seed?: number },
): Promise<{ readonly internal: readonly string[]; readonly codes: Readonly<Record<string, number>> }> {
  const inputs = fc.record(Object.fromEntries(field.args.map(({ name, type }) => [name, oddValues(type)])));
  const internal: string[] = [];
  const codes: Record<string, number> = {};
  for (const variables of fc.sample(inputs, { numRuns: options.runs, seed: options.seed })) {
    for (const levels of [2, 1, 0]) {
      const { errors = [] } = await client.send(documentOf(operation, field, levels), variables);
      const code = errors[0]?.extensions.code ?? 'OK';
      if (code === 'TOO_COMPLEX' && levels > 0) continue;
      codes[code] = (codes[code] ?? 0) + 1;
      if (errors.some(({ extensions }) => extensions.code === 'INTERNAL')) internal.push(JSON.stringify(variables));
      break;
    }
  }
  return { internal, codes };
}
