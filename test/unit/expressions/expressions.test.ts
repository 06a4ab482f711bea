import { Budget, BudgetExceeded } from '../../../src/expressions/budget';
import { checkExpression } from '../../../src/expressions/check';
import { compile } from '../../../src/expressions/compile';
import { ExpressionCache } from '../../../src/expressions/expression-cache';
import { ExpressionFault } from '../../../src/expressions/expression-fault';
import { faultOfVariables, typesOf } from '../../../src/expressions/variable-types';
import { evaluate, SHAPE, shapesOf, type Item } from './test-shape';

const ITEM: Item = {
  title: 'Garden chair',
  price: 49.9,
  categories: ['garden', 'chairs'],
  publishedAt: new Date('2026-03-01T00:00:00Z'),
  attributes: { color: 'red', sizes: [38, 42], seats: 2, stackable: true, material: { frame: 'steel' }, empty: null },
};

describe('the value of an expression', () => {
  it.each<[string, unknown]>([
    ["product.price < 50 && 'garden' in product.categories", true],
    ['product.price < vars.max', true],
    ['product.attributes.color in vars.colors', true],
    ['product.attributes.color == customer.attributes.likes', true],
    ["product.categories.exists(c, c.startsWith('chair'))", true],
    ["product.attributes.material.frame == 'steel'", true],
    ["product.attributes['color'] == 'red'", true],
    ['42 in product.attributes.sizes', true],
    ['product.attributes.sizes[1] == 42', true],
    ['product.attributes.seats / 4 == 0.5', true],
    ['1 / 2 == 0.5 && 1 == 1.0 && size(product.categories) * 1.5 == 3', true],
    ["product.publishedAt > timestamp('2026-01-01T00:00:00Z')", true],
    ['product.publishedAt > timestamp(vars.since)', true],
    ["product.title.lowerAscii().contains('CHAIR'.lowerAscii())", true],
    ["size(product.categories.filter(c, c != 'garden')) == 1", true],
    ['product.attributes.empty == null', true],
    ['product.attributes.stackable ? product.price < 50 : false', true],
    ['product.price < 40', false],
    ["'toys' in product.categories", false],
  ])('%s is %s', (source, expected) => {
    const vars = { max: 50, colors: ['blue', 'red'], since: '2026-02-01T00:00:00Z' };
    expect(evaluate(source, ITEM, { vars, customer: { attributes: { likes: 'red' } } })).toBe(expected);
  });

  it.each<string>([
    'product.brand == "x"',
    'product.brand != "x"',
    '!(product.brand == "x")',
    'product.attributes.none > 1',
    'product.attributes.none.deeper == 1',
    'product.attributes.none in [1]',
    'product.attributes.sizes[7] > 1',
    'product.attributes.color < 5',
    'product.attributes.color.size() < product.rating',
    'double(product.title) > 1',
    'timestamp(product.title) == timestamp(product.title)',
    'product.attributes.color ? true : true',
    'product.attributes.none && true',
    'product.price < 1 || product.attributes.none',
    'product.categories.all(c, c != product.brand)',
    'product.brand in product.categories',
    'customer.id == "me"',
    'vars.nothing > 1',
  ])('%s rests on a missing value, and so is not true', (source) => {
    expect(evaluate(source, ITEM, { vars: { nothing: null } })).toBeUndefined();
  });

  it('ignores a missing value if one side of && or || decides alone', () => {
    expect(evaluate('product.brand == "x" || product.price < 50', ITEM)).toBe(true);
    expect(evaluate('product.price > 50 && product.brand == "x"', ITEM)).toBe(false);
    expect(evaluate('!(product.brand == "x" && product.price > 50)', ITEM)).toBe(true);
    expect(evaluate('product.categories.exists(c, c == product.brand || c == "garden")', ITEM)).toBe(true);
    expect(evaluate('!has(product.brand) || product.brand == "x"', ITEM)).toBe(true);
    expect(evaluate('has(product.attributes.color) && !has(product.attributes.colour)', ITEM)).toBe(true);
  });

  it('converts to numbers where numbers are required', () => {
    expect(evaluate('product.attributes.seats > 1 ? 2 : 0.5', ITEM, { result: 'double' })).toBe(2);
    expect(evaluate('1 + size(product.categories) * 0.25', ITEM, { result: 'double' })).toBe(1.5);
    expect(evaluate('product.rating / 5', ITEM, { result: 'double' })).toBeUndefined();
  });

  it('folds values of the request once, not for every record', () => {
    let reads = 0;
    const vars = {
      get max() {
        reads++;
        return 50;
      },
    };
    const checked = checkExpression('product.price < vars.max * 2 - 10', SHAPE, shapesOf({ max: 50 }), 'bool');
    const predicate = compile(checked, SHAPE, { vars }, new Budget());
    for (let n = 0; n < 100; n++) expect(predicate(ITEM)).toBe(true);
    expect(reads).toBe(1);
  });
});

describe('an invalid expression', () => {
  const faultOf = (source: string, vars: Item = {}, result: 'bool' | 'double' = 'bool'): ExpressionFault => {
    try {
      checkExpression(source, SHAPE, shapesOf(vars), result);
    } catch (error) {
      if (error instanceof ExpressionFault) return error;
      throw error;
    }
    throw new Error(`${source} was taken`);
  };

  it.each<[string, number, RegExp]>([
    ['product.price <', 15, /./],
    ['product.prise < 5', 8, /no field prise/],
    ['has(product.prise)', 12, /no field prise/],
    ['prodct.price < 5', 0, /prodct/],
    ['vars.nope > 1', 5, /no field nope/],
    ['product.price < "5"', 0, /no such overload: double < string/],
    ['product.price < vars.word', 0, /no such overload: double < string/],
    ['true && product.price', 0, /bool/],
    ['product.price', 0, /true or false/],
    ['product', 0, /product is not a value/],
    ['true || product == product', 8, /product is not a value/],
    ['product[vars.word] == 1', 0, /must be a constant string/],
    ["true && product.title.matches('(a+)+$')", 8, /matches\(\) is not supported/],
    ['product.categories.exists(a, product.categories.exists(b, a == b))', 29, /inside another macro/],
    ['product.categories.exists(vars, true)', 0, /needs a new variable name/],
    ['product.title == string(b"x")', 24, /Bytes/],
    ['product.price < 5u', 16, /unsigned/],
    ['product.price < 9007199254740993', 16, /too large/],
    ['product.publishedAt - product.publishedAt == product.publishedAt - product.publishedAt', 0, /Durations/],
    ['duration("1h") == duration("1h")', 0, /duration\(\) is not supported/],
    ['size({"a": 1}) == 1', 5, /Map literals/],
    ['size(product.categories + product.categories) > 1', 5, /Lists cannot be added/],
    ['type(product.title) == string', 0, /type\(\) is not supported/],
    ['cel.bind(x, 1, x > 0)', 0, /bind\(\) is not supported/],
    ['google.protobuf.Timestamp == 1', 0, /google is not defined/],
    ['size(1) > 0', 0, /'size\(double\)'/],
    ['', 0, /./],
  ])('%s: at %i', (source, offset, message) => {
    const fault = faultOf(source, { word: 'x' });
    expect(fault.message).toMatch(message);
    expect(fault.position.offset).toBe(offset);
  });

  it('is reported with its line and column', () => {
    const { position } = faultOf('product.price < 5 &&\n  product.prise > 1');
    expect(position).toEqual({ offset: 31, line: 2, column: 11 });
  });

  it('must give a number as a boost', () => {
    expect(faultOf('product.price > 5', {}, 'double').message).toMatch(/a number/);
  });

  it('may not have variables of any name or size', () => {
    for (const name of ['', 'a b', '__proto__', 'constructor', '1a', 'ä', 'a'.repeat(65)]) {
      expect(faultOfVariables(JSON.parse(`{${JSON.stringify(name)}:1}`) as Item)).toMatch(
        /is not a valid variable name/,
      );
    }
    expect(faultOfVariables({ list: Array(1_001).fill(1) })).toMatch(/at most 1000 items; got 1001/);
    expect(faultOfVariables(Object.fromEntries([...Array(51).keys()].map((n) => [`v${n}`, n])))).toMatch(/51/);
    expect(faultOfVariables({ max: 1, Brand_2: ['x'] })).toBeUndefined();
  });
});

describe('the cost of expressions', () => {
  it('is limited by steps, for any operation', () => {
    const run = (source: string, vars: Item, items: number): void => {
      const checked = checkExpression(source, SHAPE, shapesOf(vars), 'bool');
      const predicate = compile(checked, SHAPE, { vars }, new Budget(100_000));
      for (let n = 0; n < items; n++) predicate({ ...ITEM, price: n });
    };
    const list = [...Array(1_000).keys()];
    expect(() => run('product.price in vars.list', { list }, 10_000)).not.toThrow();
    expect(() => run('vars.list.exists(x, x == product.price)', { list }, 10_000)).toThrow(BudgetExceeded);
    expect(() => run('product.price < 5', {}, 100_000)).toThrow(BudgetExceeded);
    const long = 'x'.repeat(30_000);
    expect(() => run('(product.title + vars.long).contains("y")', { long }, 100)).toThrow(BudgetExceeded);
  });

  it('a source is checked once for the same types of variables, and a limited number of them is cached', () => {
    const cache = new ExpressionCache(SHAPE, { customer: {} }, [], 100_000);
    const check = (source: string, vars: Item) => cache.check(source, typesOf(vars), 'bool');
    expect(check('product.price < vars.max', { max: 1 })).toBe(check('product.price < vars.max', { max: 2 }));
    expect(() => check('product.price < vars.max', { max: 'x' })).toThrow(ExpressionFault);
    for (let n = 0; n < 1_000; n++) check(`product.price < ${n}`, {});
    expect(cache.size).toBeLessThan(60);
    // Three nodes, and 4,000 characters.
    for (let n = 0; n < 100; n++) check(`"${'x'.repeat(4_000)}" == "${n}"`, {});
    expect(cache.size).toBeLessThan(6);
  });
});
