import { requireAllResolvers, RESOLVERS } from '../../src/resolvers';

const instances = RESOLVERS.map(({ prototype }) => Object.create(prototype as object) as object);

it('accepts one instance of each resolver, in any order', () => {
  expect(requireAllResolvers(instances.toReversed())).toHaveLength(RESOLVERS.length);
});

it.each([
  ['missing', instances.slice(1)],
  ['given twice', [...instances, instances[0]]],
])('rejects resolvers of which one is %s', (_, given) => {
  expect(() => requireAllResolvers(given)).toThrow('The rooms must provide the resolvers');
});
