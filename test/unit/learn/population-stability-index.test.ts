import { populationStabilityIndex } from '../../../src/learn/population-stability-index';

describe('populationStabilityIndex', () => {
  it('equals the formula for large groups', () => {
    const million = (shares: readonly number[]) => shares.map((share) => share * 1e9);
    // -.15 ln .4 - .05 ln .8 + .05 ln 1.2 + .15 ln 1.6
    expect(populationStabilityIndex(million([0.25, 0.25, 0.25, 0.25]), million([0.1, 0.2, 0.3, 0.4]))).toBeCloseTo(
      0.2282176,
      6,
    );
  });

  it('is 0 for equal shares, symmetric in the shares, and finite for an empty group', () => {
    expect(populationStabilityIndex([10, 20, 30], [10, 20, 30])).toBe(0);
    expect(populationStabilityIndex([1, 9], [5, 5])).toBeCloseTo(populationStabilityIndex([5, 5], [1, 9])!, 12);
    // Shares (count + ½) / 11: 10.5/11 and .5/11 against 5.5/11 twice.
    const half = 0.5;
    const index = (10.5 / 11 - half) * Math.log(10.5 / 11 / half) + (0.5 / 11 - half) * Math.log(0.5 / 11 / half);
    expect(populationStabilityIndex([5, 5], [10, 0])).toBeCloseTo(index, 12);
  });

  it('is null without members, and needs the same groups', () => {
    expect(populationStabilityIndex([0, 0], [1, 1])).toBeNull();
    expect(populationStabilityIndex([1, 1], [0, 0])).toBeNull();
    expect(populationStabilityIndex([], [])).toBeNull();
    expect(() => populationStabilityIndex([1], [1, 2])).toThrow('the same groups; got 1 and 2');
  });
});
