import { parseValue as parseLiteral } from 'graphql';
import { Decimal, isDecimal } from '../../../src/graphql/decimal';
import { checkMoney } from '../../../src/graphql/money-fault';

describe('Decimal', () => {
  it.each(['0', '-1', '12.50', '0.000000001', '123456789012345678901234567890', '-12345678901234567890.1234567890'])(
    'stores %s unchanged',
    (text) => {
      expect(Decimal.parseValue(text)).toBe(text);
      expect(Decimal.serialize(text)).toBe(text);
    },
  );

  it.each([
    '',
    '1e5',
    '01',
    '.5',
    '5.',
    '+1',
    'NaN',
    'Infinity',
    ' 1',
    '1 ',
    '1,5',
    '1234567890123456789012345678901',
    '１',
  ])('refuses %j', (text) => {
    expect(isDecimal(text)).toBe(false);
    expect(() => Decimal.parseValue(text)).toThrow('Decimal');
  });

  it('accepts whole JSON numbers, and no number that has lost digits', () => {
    expect(Decimal.parseValue(12)).toBe('12');
    expect(() => Decimal.parseValue(12.5)).toThrow('may lose digits');
    expect(() => Decimal.parseValue(2 ** 60)).toThrow();
    expect(Decimal.parseLiteral(parseLiteral('"12.50"'))).toBe('12.50');
    expect(Decimal.parseLiteral(parseLiteral('12'))).toBe('12');
    for (const text of ['12.50', '9007199254740993']) expect(() => Decimal.parseLiteral(parseLiteral(text))).toThrow();
    expect(() => Decimal.parseLiteral(parseLiteral('true'))).toThrow();
  });

  it('writes decimal objects without an exponent', () => {
    expect(Decimal.serialize({ toFixed: () => '0.0000001', toString: () => '1e-7' })).toBe('0.0000001');
    expect(() => Decimal.serialize(0.5)).toThrow();
  });
});

it('an amount has an ISO 4217 currency', () => {
  expect(checkMoney({ amount: '1', currency: 'EUR' })).toBeUndefined();
  const lower = { amount: '1', currency: 'eur' };
  expect(checkMoney(lower)).toBeUndefined();
  expect(lower.currency).toBe('EUR');
  for (const currency of ['Euro', 'EU', 'ABC', 'XXX', ''])
    expect(checkMoney({ amount: '1', currency })).toMatchObject({ path: 'currency' });
});
