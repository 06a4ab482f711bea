import { checkExpression } from '../../../src/expressions/check';
import { literalsComparedWith } from '../../../src/expressions/compared-literals';
import type { RecordShape } from '../../../src/expressions/shape';

const PRODUCT: RecordShape<{ readonly id: string }> = {
  name: 'product',
  fields: { id: { type: 'string', read: ({ id }) => id } },
};
const CONSTANTS = { customer: { id: 'string', segment: 'string' }, vars: { segment: 'string' } } as const;

function comparedIn(source: string) {
  const { tree } = checkExpression(source, PRODUCT, CONSTANTS, 'scalar');
  return literalsComparedWith(tree, 'customer', 'segment').map(({ value, offset }) => {
    expect(source.slice(offset + 1, offset + 1 + value.length)).toBe(value);
    return value;
  });
}

it('finds the string literals that a field is compared with, in the order of the source', () => {
  const found: [string, string[]][] = [
    ["customer.segment == '3'", ['3']],
    ["'3' != customer['segment']", ['3']],
    ["!(customer.segment in ['7', vars.segment, '8'])", ['7', '8']],
    ["product.id == 'p' && (customer.segment == '2' || customer.segment == '1') ? '5' : '6'", ['2', '1']],
    ["['x'].exists(s, customer.segment == '4' || s == '9')", ['4']],
    ["['1', '2'].exists(s, s == customer.segment) && !['3'].all(s, customer.segment != s)", ['1', '2', '3']],
    ["customer.segment == (product.id == 'p' ? '5' : '6')", ['5', '6']],
    ["customer.id == '3' || vars.segment == '4' || product.id in ['5']", []],
    ['has(customer.segment) && customer.segment != vars.segment', []],
  ];
  for (const [source, values] of found) expect([source, comparedIn(source)]).toEqual([source, values]);
});
