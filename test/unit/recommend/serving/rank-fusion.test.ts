import fc from 'fast-check';
import { FusedRanks } from '../../../../src/recommend/serving/rank-fusion';

const PRODUCTS = 40;
const values = fc.array(fc.constantFrom(0, 0, -1, 0.5, 1, 2, 3), { minLength: PRODUCTS, maxLength: PRODUCTS });

/** The rank of a product in a source's order, from 1. */
function rankOf(product: number, candidates: readonly number[], scores: readonly number[]): number {
  const before = (other: number) =>
    scores[other] > scores[product] || (scores[other] === scores[product] && other < product);
  return 1 + candidates.filter((other) => scores[other] !== 0 && before(other)).length;
}

it('candidates get weight / (60 + rank) of each source that scores them, equal ones by product', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(PRODUCTS - 1)), values, values, (candidates, frequency, interest) => {
      const sources = new Map([
        ['personal-frequency', { values: Float64Array.from(frequency) }],
        ['co-interest', { values: Float64Array.from(interest) }],
      ]);
      const fused = new FusedRanks(sources, Int32Array.from(candidates));
      candidates.forEach((product, place) => {
        const expected = new Map<string, number>();
        if (frequency[product] !== 0)
          expected.set('personal-frequency', 5 / (60 + rankOf(product, candidates, frequency)));
        if (interest[product] !== 0) expected.set('co-interest', 1 / (60 + rankOf(product, candidates, interest)));
        expect(fused.contributions(place)).toEqual(expected);
        expect(fused.scores[place]).toBe([...expected.values()].reduce((sum, term) => sum + term, 0));
      });
    }),
  );
});
