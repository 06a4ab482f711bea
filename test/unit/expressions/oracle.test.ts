import fc from 'fast-check';
import { Budget } from '../../../src/expressions/budget';
import { checkExpression } from '../../../src/expressions/check';
import { compile } from '../../../src/expressions/compile';
import { environmentOf } from '../../../src/expressions/environment';
import { ExpressionFault } from '../../../src/expressions/expression-fault';
import { validateTree } from '../../../src/expressions/validate-tree';
import { SHAPE, shapesOf, type Item } from './test-shape';

const VARS: Item = {
  max: 20,
  brand: 'tea',
  brands: ['tea', 'tool'],
  sizes: [1, 2.5, 42],
  on: true,
  since: '2026-01-01T00:00:00Z',
  map: { a: 1 },
};
const CUSTOMER: Item = { id: 'c-1', attributes: { size: 42, color: 'red', tags: ['a'] } };
const SHAPES = shapesOf(VARS);
const FIELDS = {
  product: new Set(Object.keys(SHAPE.fields)),
  customer: new Set(Object.keys(SHAPES.customer)),
  vars: new Set(Object.keys(SHAPES.vars)),
};

/** Expressions by their (usual) type: a quarter of the choices mixes types, so that many are refused or missing. */
const grammar = fc.letrec<Record<'bool' | 'number' | 'text' | 'list' | 'any', string>>((tie) => {
  const attribute = fc
    .constantFrom('size', 'color', 'tags', 'sale', 'nested', 'none', 'nothing')
    .map((name) => `product.attributes.${name}`);
  const binary = (signs: string[], left: fc.Arbitrary<string>, right = left) =>
    fc.tuple(left, fc.constantFrom(...signs), right).map(([a, sign, b]) => `(${a} ${sign} ${b})`);
  const method = (names: string[], on: fc.Arbitrary<string>, argument: fc.Arbitrary<string>) =>
    fc.tuple(on, fc.constantFrom(...names), argument).map(([a, name, b]) => `${a}.${name}(${b})`);
  const choice = (of: fc.Arbitrary<string>) =>
    fc.tuple(tie('bool'), of, of).map(([condition, a, b]) => `(${condition} ? ${a} : ${b})`);
  const item = fc.constantFrom(
    'c == "tea"',
    'c.startsWith("t")',
    'size(c) > 3',
    'c == product.attributes.color',
    'c > vars.max',
    'c.a == 1',
  );
  const macro = fc
    .tuple(tie('list'), fc.constantFrom('exists', 'all', 'exists_one'), item)
    .map(([list, name, body]) => `${list}.${name}(c, ${body})`);
  return {
    bool: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(
        'true',
        'false',
        'product.isNew',
        'vars.on',
        'product.attributes.sale',
        'has(product.brand)',
        'has(product.attributes.nested.a)',
        'has(product.attributes.size)',
        'has(customer.attributes.color)',
      ),
      binary(['==', '!=', '<', '<=', '>', '>='], tie('number')),
      binary(['==', '!=', '<', '>='], tie('text')),
      binary(['==', '!='], tie('any')),
      binary(['&&', '||'], tie('bool')),
      binary(['&&', '||'], tie('bool')),
      binary(['in'], tie('text'), tie('list')),
      binary(['in'], tie('any'), tie('list')),
      binary(['in'], tie('text'), fc.constantFrom('vars.map', 'product.attributes.nested', 'product.attributes')),
      binary(
        ['<', '>', '==', '!='],
        fc.constantFrom('product.publishedAt', 'timestamp(vars.since)', 'timestamp("2026-05-05T00:00:00.5Z")'),
      ),
      method(['startsWith', 'endsWith', 'contains'], tie('text'), tie('text')),
      tie('bool').map((inner) => `!${inner}`),
      macro,
      choice(tie('bool')),
    ),
    number: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(
        '1',
        '2.5',
        '0',
        '-3',
        '42',
        'product.price',
        'product.rating',
        'vars.max',
        'product.attributes.size',
        'customer.attributes.size',
        'size(product.categories)',
        'product.title.size()',
        'product.attributes.tags[0]',
      ),
      binary(['+', '-', '*', '/', '%'], tie('number')),
      tie('text').map((text) => `double(${text})`),
      tie('list').map((list) => `${list}.size()`),
      tie('number').map((inner) => `-(${inner})`),
      choice(tie('number')),
    ),
    text: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(
        '"tea"',
        '"t"',
        '""',
        '"Ü😀"',
        'product.title',
        'product.brand',
        'vars.brand',
        'customer.id',
        'product.attributes.color',
        'product.categories[0]',
        'product.categories[1]',
        'product["title"]',
        'vars.brands[1]',
      ),
      binary(['+'], tie('text')),
      fc
        .tuple(tie('text'), fc.constantFrom('lowerAscii', 'upperAscii', 'trim'))
        .map(([text, name]) => `${text}.${name}()`),
      tie('number').map((number) => `string(${number})`),
      choice(tie('text')),
    ),
    list: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(
        'product.categories',
        'vars.brands',
        'vars.sizes',
        'product.attributes.tags',
        'customer.attributes.tags',
        '[]',
        '["tea", "t"]',
        '[1, 42.0]',
      ),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `[${a}, ${b}]`),
      fc.tuple(tie('list'), item).map(([list, body]) => `${list}.filter(c, ${body})`),
      fc
        .tuple(tie('list'), fc.constantFrom('c + "x"', 'size(c)', 'c == "t", c'))
        .map(([list, body]) => `${list}.map(c, ${body})`),
    ),
    any: fc.oneof(attribute, tie('number'), tie('text'), tie('bool'), tie('list'), fc.constant('null')),
  };
});

const scalar = fc.constantFrom<unknown>('tea', 'red', '', 'Ü😀', 0, 1, 2.5, 42, -3, true, false, null);
const attributes = fc.record(
  {
    size: scalar,
    color: scalar,
    tags: fc.oneof(scalar, fc.array(fc.constantFrom('tea', 't', 'x')), fc.array(fc.constantFrom(1, 42, 2.5))),
    sale: scalar,
    nested: fc.oneof(scalar, fc.record({ a: scalar, tea: scalar }, { requiredKeys: [] })),
    nothing: fc.constant(null),
  },
  { requiredKeys: [] },
);
const product: fc.Arbitrary<Item> = fc.record(
  {
    title: fc.constantFrom('tea', 'Tea 😀', '12'),
    brand: fc.constantFrom('tea', 'tool', '5'),
    price: fc.constantFrom(0, 5, 19.99, 42),
    rating: fc.constantFrom(0, 2.5, 5),
    isNew: fc.boolean(),
    publishedAt: fc.constantFrom(new Date('2025-01-01'), new Date('2026-05-05T00:00:00.5Z')),
    categories: fc.array(fc.constantFrom('tea', 't', 'toy'), { maxLength: 3 }),
    attributes,
  },
  { requiredKeys: ['attributes', 'categories'] },
);

/** Evaluates with the library's own interpreter: missing if it throws. */
function interpret(source: string): (item: Item) => unknown {
  const parsed = environmentOf(SHAPE, SHAPES).parse(source);
  validateTree(parsed.ast, { source, roots: new Map(Object.entries(FIELDS)) });
  expect(parsed.check().valid).toBe(true);
  return (item) => {
    try {
      return parsed({ product: item, customer: CUSTOMER, vars: VARS }) as unknown;
    } catch {
      return undefined;
    }
  };
}

/**
 * Compares an expression that is accepted.
 * @returns whether it was decided for any of the items
 */
function agree(source: string, items: readonly Item[], result: 'bool' | 'double'): 'refused' | 'missing' | 'decided' {
  let predicate: (item: Item) => unknown;
  try {
    const checked = checkExpression(source, SHAPE, SHAPES, result);
    predicate = compile(checked, SHAPE, { customer: CUSTOMER, vars: VARS }, new Budget());
  } catch (error) {
    if (error instanceof ExpressionFault) return 'refused';
    throw error;
  }
  const interpreted = interpret(source);
  let seen: 'missing' | 'decided' = 'missing';
  for (const item of items) {
    const value = predicate(item);
    expect([source, item, value]).toEqual([source, item, interpreted(item)]);
    if (value !== undefined) seen = 'decided';
  }
  return seen;
}

describe("a compiled expression gives the same value as the library's own interpreter", () => {
  it.each(['bool', 'double'] as const)('%s', (result) => {
    const seen = { refused: 0, missing: 0, decided: 0 };
    const sources = result === 'bool' ? grammar.bool : grammar.number;
    fc.assert(
      fc.property(sources, fc.array(product, { minLength: 5, maxLength: 5 }), (source, items) => {
        seen[agree(source, items, result)]++;
      }),
      { numRuns: 1_500, seed: 7 },
    );
    // Most of the generated expressions have a value.
    expect(seen.decided).toBeGreaterThan(500);
    expect(seen.missing).toBeGreaterThan(10);
    expect(seen.refused).toBeGreaterThan(10);
  });
});
