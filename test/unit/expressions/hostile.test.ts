import fc from 'fast-check';
import { createContext, Script } from 'node:vm';
import { Budget, BudgetExceeded, REQUEST_STEPS } from '../../../src/expressions/budget';
import { checkExpression } from '../../../src/expressions/check';
import { compile } from '../../../src/expressions/compile';
import { ExpressionFault } from '../../../src/expressions/expression-fault';
import { evaluate as evaluateOnce, SHAPE, shapesOf, type Item } from './test-shape';

const ITEM = { title: 'x', categories: ['a'], attributes: JSON.parse('{"a":"b","__proto__":{"x":1}}') as object };

/**
 * A safety net against work that grows exponentially, which would otherwise hang the tests. It claims nothing about how
 * long anything takes.
 */
const SAFETY_NET_MS = 60_000;
const sandbox = createContext({ run: (): unknown => undefined }) as { run: () => unknown };
const script = new Script('run()');

/** Runs synchronous work. @throws Error with the code ERR_SCRIPT_EXECUTION_TIMEOUT if the safety net ends it */
function interruptible<T>(run: () => T): T {
  sandbox.run = run;
  return script.runInContext(sandbox, { timeout: SAFETY_NET_MS }) as T;
}

/** Checks, compiles and evaluates an expression. @returns its fault if it is refused, or `null` */
function faultOf(source: string): ExpressionFault | null {
  return interruptible(() => {
    try {
      const checked = checkExpression(source, SHAPE, shapesOf({}), 'bool');
      compile(checked, SHAPE, {}, new Budget())(ITEM);
      return null;
    } catch (error) {
      expect(error).toBeInstanceOf(ExpressionFault);
      expect((error as ExpressionFault).position.offset).toBeLessThanOrEqual(source.length);
      return error as ExpressionFault;
    }
  });
}

describe('hostile expressions', () => {
  // The offset bounds the work: the parser reads no further.
  it.each<[string, number, string]>([
    ['parentheses', 32, `${'('.repeat(2_000)}true${')'.repeat(2_000)}`],
    ['brackets', 32, `${'['.repeat(2_000)}${']'.repeat(2_000)}`],
    ['braces', 32, '{'.repeat(4_000)],
    ['selections', 78, `product.attributes${'.a'.repeat(2_000)}`],
    ['calls', 5 * 32, `${'size('.repeat(600)}1${')'.repeat(600)}`],
    ['choices', 5 * 32, `${'true?'.repeat(600)}1${':1'.repeat(300)}`],
    ['a chain of macros', 500, `product.categories${'.filter(c, true)'.repeat(200)}.size() > 0`],
    ['a long list', 1_010, `1 in [${'1,'.repeat(2_000)}1]`],
    ['too long', 4_096, `true || ${'"x" == "'}${'x'.repeat(1_000_000)}"`],
  ])('%s are refused at a limit', (_name, offset, source) => {
    expect(faultOf(source)?.message).toMatch(/^Exceeded max|^The expression must have at most 4096 characters/);
    expect(faultOf(source)?.position.offset).toBeLessThanOrEqual(offset);
  });

  it.each<[string, string]>([
    ['negations', `${'!'.repeat(4_000)}true`],
    ['signs', `${'-'.repeat(4_000)}1 < 2`],
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
  ])('%s are refused', (_name, source) => {
    expect(faultOf(source)).not.toBeNull();
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
      fc.property(sources, (source) => void seen[faultOf(source) === null ? 'taken' : 'refused']++),
      { numRuns: 3_000, seed: 1 },
    );
    expect(seen.refused).toBeGreaterThan(1_000);
  });

  const STEPS = REQUEST_STEPS / 10;
  const a = (count: number) => 'a'.repeat(count);
  const COUNT = 30;
  const many = (test: string) => Array.from({ length: COUNT }, () => test).join(' || ');
  const text = (name: string) => `(product.title == 'y' ? '' : vars.${name})`;

  // The numbers are the steps that the work of one test is worth: in characters, pairs of characters, items, …
  it.each<[string, number, string, Item]>([
    [
      'a long part that is nearly there',
      (16_000 * 8_010) / 16,
      `${text('t')}.contains(vars.p)`,
      { t: a(16_000), p: `${a(9)}b${a(8_000)}` },
    ],
    [
      'a short part that is nearly there',
      (30_000 * 5) / 8,
      `${text('t')}.contains(vars.p)`,
      { t: a(30_000), p: 'aaaab' },
    ],
    ['a long number', 8, `double(${text('t')}) > 1.0`, { t: `0.${'0'.repeat(30_000)}1` }],
    ['the order of long texts', 15_000 / 16, `${text('t')} < vars.p`, { t: `${a(15_000)}c`, p: `${a(15_000)}b` }],
    ['equal beginnings', 15_000 / 16, `${text('t')} == vars.p`, { t: `${a(15_000)}c`, p: `${a(15_000)}b` }],
    ['the size of a long text', 30_000 / 8, `size(${text('t')}) > 1e9`, { t: 'é'.repeat(30_000) }],
    ['long texts in capitals', 30_000 * 2, `${text('t')}.upperAscii() == 'x'`, { t: '\u0390'.repeat(30_000) }],
    [
      'a list of all kinds',
      1_000,
      'product.title in vars.l',
      { l: [null, ...Array.from({ length: 999 }, (_, n) => `${n}`)] },
    ],
    ['times', 2 * 8, `timestamp(${text('t')}) == timestamp(product.title)`, { t: 'Thu, 01 Jan 1970 00:00:00 GMT' }],
    ['remainders', 100, "(product.title == 'y' ? 1 : 1e308) % 1e-300 == 1.5", {}],
  ])('%s cost the steps of their work', (_name, steps, test, vars) => {
    const budget = new Budget(STEPS);
    const predicate = compile(checkExpression(many(test), SHAPE, shapesOf(vars), 'bool'), SHAPE, { vars }, budget);
    const affordable = Math.floor(STEPS / (COUNT * steps));
    const evaluate = () => {
      for (let n = 0; n <= affordable; n++) predicate(ITEM);
    };
    expect(() => interruptible(evaluate)).toThrow(BudgetExceeded);
  });

  it('texts doubled again and again are ended by the length of one', () => {
    const source = `[vars.t]${'.map(s, s + s)'.repeat(20)}.exists(s, s.contains("b"))`;
    const vars = { t: a(9_999) };
    const budget = new Budget();
    const evaluate = () =>
      compile(checkExpression(source, SHAPE, shapesOf(vars), 'bool'), SHAPE, { vars }, budget)(ITEM);
    expect(() => interruptible(evaluate)).toThrow(BudgetExceeded);
    // All texts up to 100,000 characters take twice as many characters.
    expect(budget.spent).toBeLessThan((2 * 100_000) / 16 + 2_000);
  });

  it('double() and timestamp() do not read a long text', () => {
    // Their fixed cost would not pay for it.
    expect(evaluateOnce('double(vars.t) > 0.0', ITEM, { vars: { t: `1${'0'.repeat(63)}` } })).toBe(true);
    expect(evaluateOnce('double(vars.t) > 0.0', ITEM, { vars: { t: `1${'0'.repeat(64)}` } })).toBeUndefined();
    const time = 'Thu, 01 Jan 1970 00:00:00 GMT';
    const reads = (t: string) => evaluateOnce('timestamp(vars.t) == timestamp(vars.t)', ITEM, { vars: { t } });
    expect([reads(time), reads(`${time}  `)]).toEqual([true, undefined]);
  });
});
