import { seededRandom } from '../../../src/learn/seeded-random';
import { compareAmounts, exactSum, isZero, type Term } from '../../../src/learn/exact-decimal';

const random = seededRandom(3);
const below = (n: number) => Math.floor(random() * n);

/** An amount of up to 40 digits, often with zeros, a point and a sign. */
function amount(): string {
  const digits = (count: number) => Array.from({ length: count }, () => below(10) * Number(random() < 0.7)).join('');
  const whole = digits(1 + below(random() < 0.2 ? 20 : 4));
  return `${random() < 0.2 ? '-' : ''}${whole}${random() < 0.7 ? `.${digits(1 + below(random() < 0.2 ? 20 : 3))}` : ''}`;
}

/** The sum in units of 10^-20. */
function unitsOf(terms: readonly Term[]): bigint {
  return terms.reduce((sum, [text, times]) => {
    const [whole, fraction = ''] = text.replace('-', '').split('.');
    const units = BigInt(whole + fraction.padEnd(20, '0')) * BigInt(times);
    return text.startsWith('-') ? sum - units : sum + units;
  }, 0n);
}

it('sums and compares amounts of any size exactly', () => {
  let large = 0;
  for (let round = 0; round < 3_000; round++) {
    const terms = Array.from({ length: 1 + below(5) }, (): Term => [amount(), below(2_000) - 500]);
    const sum = exactSum(terms);
    const scale = Math.max(...terms.map(([text]) => text.split('.')[1]?.length ?? 0));
    expect(sum.split('.')[1]?.length ?? 0).toBe(scale);
    expect(unitsOf([[sum, 1]])).toBe(unitsOf(terms));
    large += Number(sum.replace(/\D/g, '').length > 16);
    const [[a], [b]] = [terms[0], [amount()]];
    const difference = unitsOf([[a, 1], [b, -1]]); // prettier-ignore
    expect(compareAmounts(a, b)).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
    expect(isZero(a)).toBe(unitsOf([[a, 1]]) === 0n);
  }
  expect(large).toBeGreaterThan(100);
});
