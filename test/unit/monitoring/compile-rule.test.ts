import { compileRule } from '../../../src/monitoring/alerts/compile-rule';
import { emptyWindow, idleOperation, OPERATION_SHAPE, windowShape } from '../../../src/monitoring/alerts/observation';

const span = { start: new Date(0), end: new Date(60_000) };
const aggregates = [
  { name: 'orders', kind: 'COUNT' as const },
  { name: 'revenue', kind: 'SUM' as const },
  { name: 'mean', kind: 'AVERAGE' as const },
  { name: 'took', kind: 'QUANTILES' as const, quantiles: [0.5, 0.999] },
  { name: 'events', kind: 'AVERAGE' as const },
];
const shape = windowShape(aggregates);
const ruleOf = (condition: string, clearCondition: string | null = null) =>
  compileRule({ condition, clearCondition }, shape);

describe('a rule', () => {
  it('treats a missing window as one without events', () => {
    const nothing = emptyWindow('', span, aggregates);
    expect(ruleOf('window.orders < 1.0 && window.revenue == 0.0 && window.events == 0.0').isMet(nothing)).toBe(true);
    // There is no average without values: a condition on it is not met in either direction.
    expect(ruleOf('window.mean < 1.0').isMet(nothing)).toBe(false);
    expect(ruleOf('window.mean >= 1.0').isMet(nothing)).toBe(false);
    expect(ruleOf('window.took_p50 > 0.0 || window.took_p99_9 > 0.0').isMet(nothing)).toBe(false);
  });

  it('ends when its condition does not hold and its clearing condition does', () => {
    const rule = ruleOf('window.orders < 2.0', 'window.orders >= 5.0');
    const at = (orders: number) => ({ orders, ...span, key: '', events: orders });
    expect([1, 3, 5].map((orders) => [rule.isMet(at(orders)), rule.isCleared(at(orders))])).toEqual([
      [true, false],
      [false, false],
      [false, true],
    ]);
    const both = ruleOf('window.orders > 1.0', 'window.orders > 2.0');
    expect([both.isMet(at(3)), both.isCleared(at(3))]).toEqual([true, false]);
  });

  it('reports its observed values, and their time', () => {
    expect(ruleOf('window.orders < 1.0').usedFields({ orders: 0, revenue: 3, ...span, key: '' })).toEqual({
      orders: 0,
      ...span,
    });
  });

  it('reports the position of a fault', () => {
    expect(() => ruleOf('window.nothing > 1.0')).toThrow('line 1, column');
    expect(() => ruleOf('window.orders', null)).toThrow('true or false');
    expect(() => ruleOf('true', 'window.')).toThrow(expect.objectContaining({ path: 'clearCondition' }));
  });

  it('has no latency of an operation without requests', () => {
    const rule = compileRule(
      { condition: 'operation.p99 > 0.5 || operation.count == 0.0', clearCondition: null },
      OPERATION_SHAPE,
    );
    expect(rule.isMet(idleOperation('search'))).toBe(true);
  });
});
