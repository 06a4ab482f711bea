import fc from 'fast-check';
import {
  encodedWidth,
  encodeFeatures,
  fitFeatureEncoding,
  type FeatureValue,
} from '../../../src/learn/feature-encoding';
import { quantileEdges, quantileGroup } from '../../../src/learn/quantile-edges';

const ROWS: FeatureValue[][] = [
  [1, 'red', 10, 7],
  [3, 'blue', 20, 8],
  [5, 'red', 30, 9],
];

describe('the encoding of features', () => {
  const fitted = fitFeatureEncoding(ROWS, ['standard', 'one-hot', 'quantile', 'plain']);
  const encode = (row: FeatureValue[], encodings = fitted): number[] => {
    const out = new Float64Array(encodedWidth(encodings));
    encodeFeatures(encodings, row, out);
    return [...out];
  };

  it('standardises, marks categories, and gives quantiles from 0 to 1', () => {
    expect(encode([3, 'red', 20, 8])).toEqual([0, 0, 1, 0.5, 8]);
    const [standard, ...others] = encode([5, 'blue', 99, -1]);
    expect(standard).toBeCloseTo(Math.sqrt(1.5), 12);
    expect(others).toEqual([1, 0, 1, -1]);
  });

  it('encodes an unknown category as zeros', () => expect(encode([3, 'green', 0, 0])).toEqual([0, 0, 0, 0, 0]));

  it('travels as JSON', () => {
    const stored = JSON.parse(JSON.stringify(fitted)) as typeof fitted;
    expect(encode([4, 'blue', 25, 1], stored)).toEqual(encode([4, 'blue', 25, 1]));
  });

  it('rejects a number that is none, and no rows', () => {
    expect(() => fitFeatureEncoding([['x']], ['standard'])).toThrow('row 0, column 0 is the text "x"');
    expect(() => fitFeatureEncoding([], ['standard'])).toThrow('there are no rows');
  });
});

describe('quantile edges', () => {
  it('give each value its own group while there are few, else groups of about the same size', () => {
    expect([...quantileEdges(Float64Array.of(4, 2, 2, 1), 3)]).toEqual([1.5, 3]);
    const edges = quantileEdges(
      Float64Array.from({ length: 1_000 }, (_, n) => n),
      10,
    );
    const sizes = new Array<number>(10).fill(0);
    for (let n = 0; n < 1_000; n++) sizes[quantileGroup(edges, n)]++;
    expect(sizes).toEqual(new Array<number>(10).fill(100));
  });

  it('divide values by definition', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1 }),
        fc.integer({ min: 2, max: 8 }),
        (values, bins) => {
          const edges = quantileEdges(Float64Array.from(values), bins);
          expect(edges.length).toBeLessThan(bins);
          for (const value of values)
            expect(quantileGroup(edges, value)).toBe(edges.filter((edge) => edge < value).length);
        },
      ),
    );
  });
});
