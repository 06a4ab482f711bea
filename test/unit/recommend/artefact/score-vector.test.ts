import fc from 'fast-check';
import { TopK } from '../../../../src/learn/select';
import { ScoreVector } from '../../../../src/recommend/artefact/score-vector';

describe('sums by product', () => {
  it.each([50, 20_000])('equal those of a map, in a table of %i products, again and again', (products) => {
    const sums = fc.array(fc.tuple(fc.nat(49), fc.integer({ min: -3, max: 3 })), { maxLength: 40 });
    const vector = new ScoreVector();
    fc.assert(
      fc.property(fc.array(sums, { maxLength: 4 }), (rounds) => {
        for (const round of rounds) {
          vector.reset(products);
          const expected = new Map<number, number>();
          for (const [product, score] of round) expected.set(product, (expected.get(product) ?? 0) + score);
          const half = round.length >> 1;
          for (const [product, score] of round.slice(0, half)) vector.add(product, score);
          const columns = Int32Array.from(round.slice(half), ([product]) => product);
          const scores = Float32Array.from(round.slice(half), ([, score]) => score / 2);
          vector.addMany(columns, scores, columns.length, 2);
          const found = Array.from(vector.scoredProducts()).filter((product) => vector.has(product));
          expect(new Set(found).size).toBe(found.length);
          const scored = Array.from(expected).filter(([, sum]) => sum !== 0);
          expect(new Map(found.map((product) => [product, vector.values[product]]))).toEqual(new Map(scored));
          const best = new TopK(5);
          best.reset(5);
          vector.offerTo(best, 1);
          const out = new Int32Array(5);
          const length = best.drain(out);
          const sorted = scored.filter(([, sum]) => sum >= 1).sort(([a, x], [b, y]) => y - x || a - b);
          expect(Array.from(out.subarray(0, length))).toEqual(sorted.slice(0, 5).map(([product]) => product));
        }
      }),
    );
  });
});
