import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLInputType,
} from 'graphql';

/** What limits a text: a number of characters, a standard, or a list of values. */
const LIMIT =
  /\b(characters|letters|any length|ISO 8601|ISO 4217|ISO 3166-1|BCP 47|IANA|Days like|PT15M)\b|`brand`|cursor/;

const schema = buildSchema(readFileSync(path.resolve(__dirname, '../../../schema.graphql'), 'utf8'));

function* texts(): Generator<{ place: string; type: GraphQLInputType; description: string }> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields()))
        yield { place: `${type.name}.${field.name}`, type: field.type, description: field.description ?? '' };
    if (isObjectType(type) || isInterfaceType(type))
      for (const field of Object.values(type.getFields()))
        for (const arg of field.args)
          yield {
            place: `${type.name}.${field.name}(${arg.name})`,
            type: arg.type,
            description: arg.description ?? '',
          };
  }
}

it('the schema states the limit of every text that it accepts', () => {
  const all = [...texts()].filter(({ type }) => getNamedType(type).name === 'String');
  expect(all.length).toBeGreaterThan(80);
  const unlimited = all.filter(({ place, description }) => !place.endsWith('(after)') && !LIMIT.test(description));
  expect(unlimited.map(({ place, description }) => `${place}: ${description}`)).toEqual([]);
});

it.each(['ID', 'Decimal', 'JSONObject', 'DateTime'])('the scalar %s states its limit', (name) => {
  expect(schema.getType(name)?.description).toMatch(/\d/);
});
