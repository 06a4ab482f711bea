import { ImpressionFeatures } from '../../../../src/evaluation/ads/impression-features';
import { seededRandom } from '../../../../src/learn/seeded-random';

function hashesOf(features: ImpressionFeatures, values: readonly string[]): number[] {
  const hashes = new Uint32Array(features.singles + features.crosses);
  features.hash(values, hashes);
  features.cross(hashes);
  return [...hashes];
}

/** Values of a column with few values, of one with prices, of one with ids, and of a constant. */
const random = seededRandom(2);
const SAMPLE = Array.from({ length: 1_000 }, (_, n) => [String(n % 5), (100 * random()).toFixed(2), `id-${n}`, 'x']);
const NAMES = ['position', 'price', 'visit', 'shop'];

describe('ImpressionFeatures', () => {
  const features = new ImpressionFeatures(NAMES, SAMPLE);

  it('are the columns, quantile bins of numbers with many values, and crosses of what repeats', () => {
    expect(features).toMatchObject({ columns: 4, bins: 1, crosses: 1, singles: 5 });
  });

  it('have the same bin and cross for near numbers, and others for distant ones', () => {
    const [low, near, far] = ['50.01', '50.02', '90'].map((price) => hashesOf(features, ['1', price, 'new', 'x']));
    expect(near[1]).not.toBe(low[1]);
    expect(near.slice(4)).toEqual(low.slice(4));
    expect(far[4]).not.toBe(low[4]);
    expect(far[5]).not.toBe(low[5]);
  });

  it('have a bin of their own for values that are missing or no number', () => {
    const [missing, text, lowest] = ['', 'NULL', '-5'].map((price) => hashesOf(features, ['1', price, 'new', 'x']));
    expect(text[4]).toBe(missing[4]);
    expect(lowest[4]).not.toBe(missing[4]);
  });

  it('differ by column for the same value', () => {
    const hashes = hashesOf(new ImpressionFeatures(['a', 'b'], [['1', '1']]), ['1', '1']);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('are crossed by pairs of at most 12 columns', () => {
    const rows = Array.from({ length: 100 }, (_, n) => Array.from({ length: 13 }, (_, c) => String((n + c) % 3)));
    const names = Array.from({ length: 13 }, (_, c) => `c${c}`);
    const twelve = rows.map((row) => row.slice(0, 12));
    expect(new ImpressionFeatures(names.slice(0, 12), twelve).crosses).toBe(66);
    expect(new ImpressionFeatures(names, rows).crosses).toBe(0);
  });
});
