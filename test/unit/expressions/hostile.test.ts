import fc from 'fast-check';
import { Budget, BudgetExceeded, REQUEST_STEPS } from '../../../src/expressions/budget';
import { checkExpression } from '../../../src/expressions/check';
import { compile } from '../../../src/expressions/compile';
import { ExpressionFault } from '../../../src/expressions/expression-fault';
import { SHAPE, shapesOf, type Item } from './test-shape';
import { cpuMs, leastCpuMs } from '../../setup/cpu-time';

type Outcome = 'refused' | 'taken';

const ITEM = { title: 'x', categories: ['a'], attributes: JSON.parse('{"a":"b","__proto__":{"x":1}}') as object };
/** CPU time. A source of 4 KB takes 1 or 2 ms; the rest is for garbage collection and compilation. */
const BOUND_MS = 250;

/** Either refused as a fault of the expression, or compiled and evaluated; soon in both cases. */
function survives(source: string): Outcome {
  let outcome: Outcome = 'refused';
  const spent = leastCpuMs(() => {
    outcome = outcomeOf(source);
  }, BOUND_MS);
  expect(spent).toBeLessThan(BOUND_MS);
  return outcome;
}

function outcomeOf(source: string): Outcome {
  try {
    const checked = checkExpression(source, SHAPE, shapesOf({}), 'bool');
    compile(checked, SHAPE, {}, new Budget())(ITEM);
    return 'taken';
  } catch (error) {
    expect(error).toBeInstanceOf(ExpressionFault);
    expect((error as ExpressionFault).position.offset).toBeLessThanOrEqual(source.length);
    return 'refused';
  }
}

describe('hostile expressions', () => {
  it.each<[string, string]>([
    ['parentheses', `${'('.repeat(2_000)}true${')'.repeat(2_000)}`],
    ['negations', `${'!'.repeat(4_000)}true`],
    ['signs', `${'-'.repeat(4_000)}1 < 2`],
    ['brackets', `${'['.repeat(2_000)}${']'.repeat(2_000)}`],
    ['braces', '{'.repeat(4_000)],
    ['choices', `${'true?'.repeat(700)}1${':1'.repeat(300)}`],
    ['a long list', `1 in [${'1,'.repeat(2_000)}1]`],
    ['selections', `product.attributes${'.a'.repeat(2_000)}`],
    ['calls', `${'size('.repeat(800)}1${')'.repeat(800)}`],
    ['a chain of macros', `product.categories${'.filter(c, true)'.repeat(200)}.size() > 0`],
    ['too long', `true || ${'"x" == "'}${'x'.repeat(1_000_000)}"`],
    ['an open text', `"${'\\'.repeat(4_000)}`],
    ['an open long text', `"""${'"" '.repeat(1_000)}`],
    ['digits', '9'.repeat(4_000)],
    ['a long exponent', `1e${'9'.repeat(3_000)} > 1`],
    ['hexadecimal', `0x${'f'.repeat(4_000)}`],
    ['a regular expression', 'product.title.matches("(a+)+$")'],
    ['prototype', 'product.__proto__ == 1'],
    ['constructor', 'product.constructor.constructor("return process")() == 1'],
    ['its name as a text', 'product["__proto__"] == 1'],
    ['a method of objects', 'product.toString() == "x"'],
    ['a control character', 'product.title == "\u0000" \u0001'],
    ['half a pair', '"\ud800" == "\ud800" \ud800'],
    ['right to left', '\u202eeurt'],
    ['comments', `${'// x\n'.repeat(800)}`],
  ])('%s are refused soon', (_name, source) => {
    expect(survives(source)).toBe('refused');
  });

  it('an object has the properties of its JSON, and no inherited ones', () => {
    const evaluate = (source: string) =>
      compile(checkExpression(source, SHAPE, shapesOf({}), 'bool'), SHAPE, {}, new Budget())(ITEM);
    for (const name of ['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'length']) {
      expect(evaluate(`has(product.attributes.${name})`)).toBe(false);
      expect(evaluate(`"${name}" in product.attributes`)).toBe(false);
      expect(evaluate(`product.attributes["${name}"] != 1`)).toBeUndefined();
      expect(evaluate(`product.attributes.a.${name} != 1`)).toBeUndefined();
    }
  });

  it('made of pieces of expressions', () => {
    const piece = fc.constantFrom(
      ...['product', '.', 'attributes', 'categories', '(', ')', '[', ']', '{', '}', ',', '?', ':', '!', '-', '+', '&&'],
      ...['||', '==', '<', 'in', '1', '1.5', '"a"', 'true', 'null', 'exists', 'map', 'has', 'size', 'c', 'vars', 'cel'],
      ...['__proto__', 'constructor', '\\', "'", '"""', 'r"', 'b"', '5u', '.?', '@', '\u{1f600}', '\u0000', '//', '\n'],
    );
    const seen = { refused: 0, taken: 0 };
    const sources = fc.oneof(
      fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
      fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(' ')),
      fc.string({ unit: 'binary', maxLength: 100 }),
    );
    fc.assert(
      fc.property(sources, (source) => void seen[survives(source)]++),
      { numRuns: 3_000, seed: 1 },
    );
    expect(seen.refused).toBeGreaterThan(1_000);
  });

  /** A tenth of a request's budget lasts some 40 ms; expressions with a wrong cost took from seconds to minutes. */
  const TENTH_MS = 2_000;
  const a = (count: number) => 'a'.repeat(count);
  const many = (test: string) => Array.from({ length: 30 }, () => test).join(' || ');
  const text = (name: string) => `(product.title == 'y' ? '' : vars.${name})`;

  it.each<[string, string, Item]>([
    ['a long part that is nearly there', `${text('t')}.contains(vars.p)`, { t: a(16_000), p: `${a(9)}b${a(8_000)}` }],
    ['a short part that is nearly there', `${text('t')}.contains(vars.p)`, { t: a(30_000), p: 'aaaab' }],
    ['a long number', `double(${text('t')}) > 1.0`, { t: `0.${'0'.repeat(30_000)}1` }],
    ['the order of long texts', `${text('t')} < vars.p`, { t: `${a(15_000)}c`, p: `${a(15_000)}b` }],
    ['equal beginnings', `${text('t')} == vars.p`, { t: `${a(15_000)}c`, p: `${a(15_000)}b` }],
    ['the size of a long text', `size(${text('t')}) > 1e9`, { t: 'é'.repeat(30_000) }],
    ['long texts in capitals', `${text('t')}.upperAscii() == 'x'`, { t: '\u0390'.repeat(30_000) }],
    ['a list of all kinds', 'product.title in vars.l', { l: [null, ...Array.from({ length: 999 }, (_, n) => `${n}`)] }],
    ['times', `timestamp(${text('t')}) == timestamp(product.title)`, { t: 'Thu, 01 Jan 1970 00:00:00 GMT' }],
    ['remainders', "(product.title == 'y' ? 1 : 1e308) % 1e-300 == 1.5", {}],
    [
      'texts doubled again and again',
      `[vars.t]${'.map(s, s + s)'.repeat(20)}.exists(s, s.contains("b"))`,
      { t: a(9_999) },
    ],
  ])('%s cost no more than their counted steps', (_name, test, vars) => {
    const budget = new Budget(REQUEST_STEPS / 10);
    const began = cpuMs();
    const source = test.includes('.map(') ? test : many(test);
    const evaluate = () => {
      const predicate = compile(checkExpression(source, SHAPE, shapesOf(vars), 'bool'), SHAPE, { vars }, budget);
      while (cpuMs() - began < TENTH_MS) predicate(ITEM);
    };
    expect(evaluate).toThrow(BudgetExceeded);
    expect(cpuMs() - began).toBeLessThan(TENTH_MS);
  });
});
