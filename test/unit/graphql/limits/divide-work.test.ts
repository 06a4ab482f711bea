import { graphql } from 'graphql';
import fc from 'fast-check';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { divideWork, rememberTurns, writeAnswer } from '../../../../src/graphql/limits/divide-work';
import type { Turns } from '../../../../src/graphql/limits/turns';

/**
 * Turns that are counted. Each resolves after the promises that are due.
 * @param isLong whether the first field that continues uses up the step
 */
function countedTurns(charged: number, isLong: boolean) {
  const counts = { turns: 0 };
  let mayContinue = true;
  const turns = {
    charged,
    get mayContinue() {
      const may = mayContinue;
      mayContinue = !isLong;
      return may;
    },
    next: async () => {
      counts.turns++;
      await new Promise((resolve) => setImmediate(resolve));
      mayContinue = true;
    },
  };
  return { turns: turns as unknown as Turns, counts };
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
    const { turns, counts } = countedTurns(10_000, true);
    expect(await answer(schemas[1], turns)).toEqual(await answer(schemas[0], turns));
    // All root fields but the first, and nine more parts of the page of 50, whose parts have five items.
    expect(counts.turns).toBeGreaterThanOrEqual(12);
  });

  it('is divided where its step becomes long, even if its declared cost is low', async () => {
    const long = countedTurns(2_000, true);
    await answer(schemas[1], long.turns);
    expect(long.counts.turns).toBe(3);
    const short = countedTurns(2_000, false);
    await answer(schemas[1], short.turns);
    expect(short.counts.turns).toBe(0);
  });

  it('is written as JSON in parts', async () => {
    const names = fc.string({ minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, fc.jsonValue()), fc.boolean(), async (data, isFaulty) => {
        const { turns } = countedTurns(20_000, isFaulty);
        rememberTurns(data, turns);
        const whole = { data, errors: isFaulty ? [{ message: 'no' }] : undefined, extensions: undefined };
        const written = await writeAnswer(whole);
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(whole)));
      }),
    );
  });
});
