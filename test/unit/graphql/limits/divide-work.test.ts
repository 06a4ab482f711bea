import { graphql } from 'graphql';
import fc from 'fast-check';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { divideWork, rememberTurns, writeAnswer } from '../../../../src/graphql/limits/divide-work';
import type { Turns } from '../../../../src/graphql/limits/turns';

/** Turns that are counted. Each resolves after the promises that are due. */
function countedTurns(charged: number) {
  const counts = { turns: 0, proceeded: 0 };
  const turn = async () => {
    counts.turns++;
    await new Promise((resolve) => setImmediate(resolve));
  };
  const turns = { charged, next: turn, proceed: async () => void counts.proceeded++ } as unknown as Turns;
  return { turns, counts };
}

const TYPES = `
  type Query { list(first: Int): ItemConnection  one: Item  lists: [ItemConnection!] }
  type ItemConnection { nodes: [Item!]!  totalCount: Int }
  type Item { id: ID!  name: String }
`;
const items = (count: number) => Array.from({ length: count }, (_, n) => ({ id: String(n), name: `item ${n}` }));
const root = {
  list: ({ first = 5 }) => ({ nodes: items(first), totalCount: first }),
  one: () => ({ id: 'x', name: 'one' }),
  lists: async () => [{ nodes: items(3) }, { nodes: [] }],
};
const source = `{ one { id } list(first: 50) { nodes { id name } totalCount } lists { nodes { id } } two: one { name } }`;

describe('an expensive operation', () => {
  const schemas: [GraphQLSchema, GraphQLSchema] = [buildSchema(TYPES), buildSchema(TYPES)];
  divideWork(schemas[1]);
  const answer = async (schema: GraphQLSchema, turns: Turns) =>
    graphql({ schema, source, rootValue: root, contextValue: { turns } });

  it('has the same answer in parts', async () => {
    const { turns, counts } = countedTurns(10_000);
    expect(await answer(schemas[1], turns)).toEqual(await answer(schemas[0], turns));
    // Four root fields, and nine more parts of the page of 50, whose parts have five items.
    expect(counts.turns).toBeGreaterThanOrEqual(13);
  });

  it('is not divided if it is cheap', async () => {
    const { turns, counts } = countedTurns(2_000);
    await answer(schemas[1], turns);
    expect(counts.turns).toBe(0);
  });

  it('is written as JSON in parts', async () => {
    const names = fc.string({ minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, fc.jsonValue()), fc.boolean(), async (data, isFaulty) => {
        const { turns } = countedTurns(20_000);
        rememberTurns(data, turns);
        const whole = { data, errors: isFaulty ? [{ message: 'no' }] : undefined, extensions: undefined };
        const written = await writeAnswer(whole);
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(whole)));
      }),
    );
  });
});
