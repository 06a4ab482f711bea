/**
 * Returns shares as whole percentages that add up to 100, each within 1 of the exact value: the largest remainder
 * method (Hamilton).
 * @param shares not negative; their sum is greater than 0
 */
export function percentages(shares: readonly number[]): number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (!(total > 0)) return shares.map(() => 0);
  const exact = shares.map((share) => (100 * share) / total);
  const whole = exact.map(Math.floor);
  const missing = 100 - whole.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact.map((_, index) => index).sort((a, b) => exact[b] - whole[b] - (exact[a] - whole[a]));
  for (const index of byRemainder.slice(0, missing)) whole[index]++;
  return whole;
}
