import fc from 'fast-check';
import { decimalOfNumber, textOfDecimal } from '../../../src/learn/exact-decimal';
import { MAX_EXACT_VALUES } from '../../../src/streams/aggregate/distinct';
import { MAX_VALUES } from '../../../src/streams/aggregate/top';
import type { AggregateKind, AggregateSpec } from '../../../src/streams/stream-spec';
import { WindowState } from '../../../src/streams/window/window-state';

const spec = (kind: AggregateKind): AggregateSpec => ({
  name: kind,
  kind,
  expression: 'x',
  filter: null,
  quantiles: [0, 0.25, 0.5, 0.99, 1],
  most: 3,
});
const NUMBERS: AggregateKind[] = ['COUNT', 'SUM', 'AVERAGE', 'MIN', 'MAX'];
const SPECS = [...NUMBERS, 'QUANTILES' as const, 'DISTINCT' as const, 'TOP' as const].map(spec);

/** One event's value, as each aggregate receives it. */
const valuesOf = (number: number, text: string): unknown[] => [
  ...NUMBERS.map(() => decimalOfNumber(number)),
  number,
  text,
  text,
];

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => cents / 100),
);
const event = fc.tuple(number, fc.string({ maxLength: 3 }));

const cellsOf = (events: readonly (readonly [number, string])[]): WindowState => {
  const cells = WindowState.empty(SPECS);
  for (const [value, text] of events) cells.add(valuesOf(value, text));
  return cells;
};
const hex = (cells: WindowState) => Buffer.from(cells.encode()).toString('hex');
/** A state as it is read back from its stored bytes. */
const stored = (cells: WindowState) => WindowState.decode(cells.encode(), SPECS);

describe('aggregates of a window', () => {
  it('are the same bytes in any order and grouping of events', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.infiniteStream(fc.nat()), (events, choices) => {
        const next = () => choices.next().value;
        const shuffled = [...events].sort(() => (next() % 2) - 0.5);
        let groups = shuffled.map((each) => cellsOf([each]));
        while (groups.length > 1) {
          const [a] = groups.splice(next() % groups.length, 1);
          const at = next() % groups.length;
          const into = next() % 2 === 0 ? stored(groups[at]) : groups[at];
          into.merge(next() % 2 === 0 ? stored(a) : a);
          groups = [...groups.slice(0, at), into, ...groups.slice(at + 1)];
        }
        expect(hex(groups[0] ?? cellsOf([]))).toBe(hex(cellsOf(events)));
      }),
      { numRuns: 300 },
    );
  });

  it('equal a recount', () => {
    const cents = fc.integer({ min: -10_000_000, max: 10_000_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cents, fc.constantFrom('a', 'b', 'c', 'd', 'e')), { minLength: 1 }), (events) => {
        const cells = cellsOf(events.map(([value, text]) => [value / 100, text]));
        const results = Object.fromEntries(SPECS.map(({ kind }, at) => [kind, cells.aggregates[at].result()]));
        const values = events.map(([value]) => value).sort((a, b) => a - b);
        const sum = values.reduce((total, value) => total + BigInt(value), 0n);
        const exact = (of: string) => textOfDecimal(results[of].decimal!);
        const asCents = (text: string) => {
          const [whole, fraction = ''] = text.split('.');
          return BigInt(whole + fraction.padEnd(2, '0'));
        };
        expect(asCents(exact('SUM'))).toBe(sum);
        expect(exact('COUNT')).toBe(String(events.length));
        expect(Number(exact('AVERAGE'))).toBeCloseTo(Number(sum) / 100 / events.length, 9);
        expect(asCents(exact('MIN'))).toBe(BigInt(values[0]));
        expect(asCents(exact('MAX'))).toBe(BigInt(values.at(-1)!));
        const counts = new Map<string, number>();
        for (const [, text] of events) counts.set(text, (counts.get(text) ?? 0) + 1);
        expect(exact('DISTINCT')).toBe(String(counts.size));
        const top = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 3);
        expect(results.TOP.top).toEqual(top.map(([value, count]) => ({ value, count })));
        for (const { quantile, value } of results.QUANTILES.quantiles!) {
          const true_ = values[Math.floor(quantile * (values.length - 1))] / 100;
          expect(Math.abs(value - true_)).toBeLessThanOrEqual(0.0101 * Math.abs(true_));
        }
      }),
    );
  });

  it('add up decimals exactly, not as doubles', () => {
    const cells = cellsOf([0.1, 0.2, 1e21, -1e21, 3e-7].map((value) => [value, '']));
    expect(textOfDecimal(cells.aggregates[1].result().decimal!)).toBe('0.3000003');
  });
});

describe('many values', () => {
  const many = (kind: 'DISTINCT' | 'TOP', from: number, to: number) => {
    const cells = WindowState.empty([spec(kind)]);
    for (let n = from; n < to; n++) cells.add([`customer-${n}`]);
    return cells;
  };

  it('are counted one by one up to a limit, and estimated within 5 % beyond it', () => {
    const countOf = (to: number) => many('DISTINCT', 0, to).aggregates[0].result();
    expect(textOfDecimal(countOf(MAX_EXACT_VALUES).decimal!)).toBe(String(MAX_EXACT_VALUES));
    for (const to of [MAX_EXACT_VALUES + 1, 5_000, 12_000, 100_000, 400_000]) {
      const { estimate, decimal } = countOf(to);
      expect(decimal).toBeUndefined();
      expect(Math.abs(estimate! - to) / to).toBeLessThan(0.05);
    }
  });

  it.each(['DISTINCT', 'TOP'] as const)('%s exceeds its limit alike in any grouping', (kind) => {
    const whole = hex(many(kind, 0, 3_000));
    for (const cuts of [
      [0, 1_500, 3_000],
      [0, 999, 1_000, 2_000, 3_000],
      [0, 1, 2_999, 3_000],
    ]) {
      const [first, ...rest] = cuts.slice(1).map((to, at) => many(kind, cuts[at], to));
      for (const part of rest) first.merge(WindowState.decode(part.encode(), [spec(kind)]));
      expect(hex(first)).toBe(whole);
      const backwards = rest.at(-1)!;
      for (const part of [...rest.slice(0, -1).reverse(), many(kind, cuts[0], cuts[1])]) backwards.merge(part);
      expect(hex(backwards)).toBe(whole);
    }
  });

  it('are not ranked if they are too many, and that is reported', () => {
    expect(many('TOP', 0, MAX_VALUES).aggregates[0].result().top).toHaveLength(3);
    expect(many('TOP', 0, MAX_VALUES + 1).aggregates[0].result()).toEqual({ overfull: true });
  });
});
