/**
 * Returns shares as whole percentages that add up to 100, each within 1 of the exact value: the largest remainder
 * method (Hamilton).
 * @param shares not negative; their sum is greater than 0
 */
export function percentages(shares: readonly number[]): number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (!(total > 0)) return shares.map(() => 0);
  const exact = shares.map((share) => (100 * share) / total);
  const parts = exact.map((share) => ({ whole: Math.floor(share), remainder: share - Math.floor(share) }));
  const missing = 100 - parts.reduce((sum, { whole }) => sum + whole, 0);
  const byRemainder = [...parts].sort((a, b) => b.remainder - a.remainder);
  for (const part of byRemainder.slice(0, missing)) part.whole++;
  return parts.map(({ whole }) => whole);
}
