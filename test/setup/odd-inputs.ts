import fc from 'fast-check';
import {
  getNamedType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

/** Values of the right JSON type, among them those at the limits and those that no program expects. */
const SCALARS: Readonly<Record<string, readonly unknown[]>> = {
  ID: [
    'a',
    'p1',
    '1',
    'NEW',
    '',
    ' ',
    'a ',
    'a\0',
    '\ud800',
    '\u200b',
    '🫖',
    '__proto__',
    '../..',
    "'; --",
    'x'.repeat(200),
    'x'.repeat(201),
    5,
    2 ** 31,
  ],
  String: [
    'a',
    'p1',
    '',
    ' ',
    'a\0',
    '\ud800',
    '🫖',
    '%_\\',
    '((((',
    '"',
    'true',
    'product.price < 3',
    'event.type',
    'P1D',
    'PT0S',
    'PT1H',
    'P100Y',
    'en',
    'EUR',
    'Europe/Berlin',
    'eyJ',
    '2026-03-01',
    'https://shop.example/x',
    '/x',
    'x'.repeat(600),
    'x'.repeat(30_000),
  ],
  Int: [0, 1, -1, 2, 10, 100, 1_000, 2 ** 31 - 1, -(2 ** 31)],
  Float: [0, -1, 0.5, 1, 1e-300, 1e9, 2 ** 53 - 1, -(2 ** 53 - 1)],
  Boolean: [true, false],
  DateTime: [
    '2026-03-01T10:15:00Z',
    '2026-11-01T00:00:00.123456789+05:30',
    '0001-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '9999-12-31T23:59:59.999Z',
  ],
  ZonedDateTime: [
    '2026-03-01T10:15:00Z',
    '2026-03-01T10:15',
    '2026-03-29T02:30:00',
    '2026-10-25T02:30:00',
    '2026-11-01T00:00:00.123456789+05:30',
    '0000-01-01T00:00:00+14:00',
    '0001-01-01T00:00:00',
    '9999-12-31T23:59:59.999-12:00',
  ],
  Date: [
    '2026-03-01',
    '2024-02-29',
    '0001-01-01',
    '9999-12-31',
    '2026-02-30',
    '2026-3-1',
    '+12026-01-01',
    '',
    'a\0',
    5,
  ],
  Decimal: ['0', '1', '-1', '9.50', 7, '9'.repeat(30), `0.${'0'.repeat(28)}1`, `-${'9'.repeat(30)}`],
  JSONObject: [
    {},
    { a: 1 },
    { a: 'b', price: 3, 'a.b': [1, null, 'x'] },
    { '': '' },
    { a: '\0' },
    { a: 2 ** 53 },
    deep(31),
    deep(33),
    { max: [], list: Array.from({ length: 1_001 }, () => 1) },
  ],
};

function deep(levels: number): object {
  return levels === 0 ? {} : { in: deep(levels - 1) };
}

/** Returns values of a type; `undefined` stands for an absent one. */
export function oddValues(type: GraphQLInputType, levels = 5): fc.Arbitrary<unknown> {
  if (!isNonNullType(type))
    return fc.oneof(
      { weight: 6, arbitrary: oddPresentValues(type, levels) },
      { weight: levels > 3 ? 1 : 4, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constant(null) },
    );
  return oddPresentValues(type.ofType, levels);
}

function oddPresentValues(type: GraphQLInputType, levels: number): fc.Arbitrary<unknown> {
  if (isListType(type))
    return fc
      .array(oddValues(type.ofType, levels - 1), { maxLength: 3 })
      .map((items) => items.map((item) => item ?? null));
  if (isEnumType(type)) return fc.constantFrom<unknown>(...type.getValues().map(({ name }) => name));
  if (isInputObjectType(type))
    return fc.record(
      Object.fromEntries(
        Object.values(type.getFields())
          .filter((field) => levels > 0 || isNonNullType(field.type))
          .map((field) => [field.name, oddValues(field.type, levels - 1)]),
      ),
    );
  return fc.constantFrom(...SCALARS[getNamedType(type).name]);
}

/** Selects the fields of a type that need no arguments. */
function selectionOf(type: GraphQLOutputType, levels: number): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (!isObjectType(named)) return '{ __typename }';
  const fields = Object.values(named.getFields()).filter(
    ({ args, type: inner }) => !args.some(isRequiredArgument) && (isLeafType(getNamedType(inner)) || levels > 0),
  );
  return `{ __typename ${fields.map((field) => `${field.name} ${selectionOf(field.type, levels - 1)}`).join(' ')} }`;
}

/** Returns the document of an operation with one root field, whose arguments are variables. */
export function documentOf(
  operation: 'query' | 'mutation' | 'subscription',
  field: GraphQLField<unknown, unknown>,
  levels: number,
): string {
  const variables = field.args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const given = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  return `${operation}${variables && `(${variables})`} { ${field.name}${given && `(${given})`} ${selectionOf(field.type, levels)} }`;
}
