import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, getNamedType, isInputObjectType, isObjectType, type GraphQLInputType } from 'graphql';

/** What limits a text: a number of characters or bytes, or a standard. */
const LIMIT = /\d characters|\d bytes|any length|\d letters|ISO 8601|ISO 4217|ISO 3166-1|BCP 47|IANA/;
/** Texts that are one of a few values, which their descriptions list. */
const CHOICES = ['FacetFilter.field', 'FacetRequest.field', 'AnomaliesInput.size', 'ForecastInput.holidays'];

const text = readFileSync(path.resolve(__dirname, '../../../schema.graphql'), 'utf8');
const schema = buildSchema(text);

function* inputs(): Generator<{ place: string; type: GraphQLInputType; description: string }> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields()))
        yield { place: `${type.name}.${field.name}`, type: field.type, description: field.description ?? '' };
    if (isObjectType(type))
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
  const all = [...inputs()].filter(({ type }) => getNamedType(type).name === 'String');
  expect(all.length).toBeGreaterThan(80);
  // Cursors are texts that a list has returned.
  const ofPeople = all.filter(({ place }) => !place.endsWith('(after)') && !CHOICES.includes(place));
  const unlimited = ofPeople.filter(({ description }) => !LIMIT.test(description));
  expect(unlimited.map(({ place, description }) => `${place}: ${description}`)).toEqual([]);
});

it('the schema states the limits of ids, amounts and JSON', () => {
  expect(text).toMatch(/^# ID: .*200 characters/m);
  expect(schema.getType('Decimal')?.description).toMatch(/30 digits/);
  expect(schema.getType('JSONObject')?.description).toMatch(/32 levels/);
});
