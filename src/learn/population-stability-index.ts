/**
 * Returns the population stability index of groups: how far the shares of the groups have moved. It is the symmetric
 * Kullback–Leibler divergence Σᵢ (aᵢ − eᵢ) ln(aᵢ / eᵢ) of the actual shares a and the expected shares e, in nats; 0 if
 * they are equal. Below .1, the groups are usually called stable; above .25, shifted (Siddiqi, Credit Risk Scorecards,
 * 2006, chapter 8; for its distribution see Yurdakul, Statistical Properties of Population Stability Index, 2018).
 *
 * Shares are (count + ½) / (total + groups / 2), so that an empty group has a finite index.
 * @param expected number of members of each group
 * @param actual the same later, in the same order
 * @returns null without members
 */
export function populationStabilityIndex(expected: readonly number[], actual: readonly number[]): number | null {
  if (expected.length !== actual.length)
    throw new RangeError(`both must have the same groups; got ${expected.length} and ${actual.length}`);
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  const [expectedTotal, actualTotal] = [total(expected), total(actual)];
  if (expectedTotal === 0 || actualTotal === 0) return null;
  const shareOf = (count: number, of: number) => (count + 0.5) / (of + expected.length / 2);
  return expected.reduce((sum, count, group) => {
    const [e, a] = [shareOf(count, expectedTotal), shareOf(actual[group], actualTotal)];
    return sum + (a - e) * Math.log(a / e);
  }, 0);
}
