import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, isNonNullType, type GraphQLObjectType } from 'graphql';

const read = (file: string) => readFileSync(path.resolve(__dirname, '../../..', file), 'utf8');

it('the cache keys in the documentation are fields that are never null', () => {
  const schema = buildSchema(read('schema.graphql'));
  const policies = [...read('docs/storefront.md').matchAll(/^ {4}(\w+): \{ keyFields: (.*?) \}/gm)];
  expect(policies.map(([, name]) => name)).toEqual(['Event', 'Model', 'OrderLine', 'Window']);
  for (const [, name, keys] of policies) {
    const fields = (schema.getType(name) as GraphQLObjectType).getFields();
    for (const [, key] of keys.matchAll(/'(\w+)'/g))
      expect([name, key, isNonNullType(fields[key]?.type)]).toEqual([name, key, true]);
  }
});
