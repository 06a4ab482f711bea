import fc from 'fast-check';
import {
  addDecimals,
  compareDecimals,
  decimalOfNumber,
  decimalOfText,
  divideDecimal,
  multiplyDecimals,
  textOfDecimal,
} from '../../../src/learn/exact-decimal';

const PLACES = 30;

/** The oracle: a decimal with at most 30 places, as an integer multiple of 10^−30. */
function oracleOf(text: string): bigint {
  const [whole, fraction = ''] = text.replace('-', '').split('.');
  const units = BigInt(whole + fraction.padEnd(PLACES, '0'));
  return text.startsWith('-') ? -units : units;
}

/** Writes a multiple of 10^−`places` in the shortest form. */
function shortestText(units: bigint, places: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  const [whole, fraction] = [digits.slice(0, -places), digits.slice(-places).replace(/0+$/, '')];
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Up to 20 digits before the point and 10 behind it, most of them around the limit of safe integers. */
const decimal = fc
  .tuple(
    fc.boolean(),
    fc.oneof(
      fc.bigInt({ min: 0n, max: 10n ** 20n }),
      fc.bigInt({ min: 0n, max: 100_000n }),
      fc.bigInt({ min: BigInt(Number.MAX_SAFE_INTEGER) - 3n, max: BigInt(Number.MAX_SAFE_INTEGER) + 3n }),
    ),
    fc.stringMatching(/^[0-9]{0,10}$/),
  )
  .map(([isNegative, whole, fraction]) => `${isNegative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`);

describe('exact decimals', () => {
  it('equal arithmetic with bigints, and have one form each', () => {
    fc.assert(
      fc.property(decimal, decimal, (left, right) => {
        const [a, b] = [decimalOfText(left), decimalOfText(right)];
        const [exactA, exactB] = [oracleOf(left), oracleOf(right)];
        expect(textOfDecimal(a)).toBe(shortestText(exactA, PLACES));
        const sum = addDecimals(a, b);
        expect(textOfDecimal(sum)).toBe(shortestText(exactA + exactB, PLACES));
        expect(sum).toEqual(decimalOfText(textOfDecimal(sum)));
        const product = multiplyDecimals(a, b);
        expect(textOfDecimal(product)).toBe(shortestText(exactA * exactB, 2 * PLACES));
        expect(product).toEqual(decimalOfText(textOfDecimal(product)));
        expect(Math.sign(compareDecimals(a, b))).toBe(exactA < exactB ? -1 : exactA > exactB ? 1 : 0);
      }),
      { numRuns: 3_000 },
    );
  });

  it('are divided to 12 places, halves away from 0', () => {
    fc.assert(
      fc.property(decimal, fc.integer({ min: 1, max: 1_000_000 }), (text, count) => {
        const exact = oracleOf(text);
        const places = Math.max(12, decimalOfText(text).scale);
        const unit = 10n ** BigInt(PLACES - places);
        const doubled = (2n * (exact < 0n ? -exact : exact)) / (unit * BigInt(count));
        const rounded = (doubled + 1n) / 2n;
        const expected = shortestText((exact < 0n ? -rounded : rounded) * unit, PLACES);
        expect(textOfDecimal(divideDecimal(decimalOfText(text), count))).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of a double are the shortest decimal that parses to it, with or without an exponent', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e25, max: 1e25 }), (value) => {
        const found = decimalOfNumber(value);
        expect(found && Number(textOfDecimal(found))).toBe(value === 0 ? 0 : value);
        expect(found).toEqual(decimalOfText(String(value)));
      }),
      { numRuns: 2_000 },
    );
    expect(textOfDecimal(decimalOfText('1.5e3'))).toBe('1500');
    expect(textOfDecimal(decimalOfText('-25E-4'))).toBe('-0.0025');
    expect([NaN, Infinity].map(decimalOfNumber)).toEqual([undefined, undefined]);
  });

  it('are bigints only beyond safe integers', () => {
    expect(decimalOfText('9007199254740991')).toEqual({ units: Number.MAX_SAFE_INTEGER, scale: 0 });
    expect(decimalOfText('9007199254740992')).toEqual({ units: 2n ** 53n, scale: 0 });
    const back = addDecimals(decimalOfText('9007199254740992'), decimalOfText('-1'));
    expect(back).toEqual({ units: Number.MAX_SAFE_INTEGER, scale: 0 });
    expect(Object.is(multiplyDecimals(decimalOfText('0'), decimalOfText('-3')).units, 0)).toBe(true);
  });

  it.each(['', '-', '.', '1.', '.5', '1.2.3', '--1', '+1', '1 ', '1e', 'NaN'])('refuse %j', (text) => {
    expect(() => decimalOfText(text)).toThrow(RangeError);
  });
});
