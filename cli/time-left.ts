/**
 * Returns the estimated remaining time of some work as text; '' if it is not known yet.
 * @param tookMs time that the finished part of the work took
 * @param share share of the work that is finished, from 0 to 1
 */
export function timeLeft(tookMs: number, share: number): string {
  if (!(share > 0 && share < 1) || tookMs < 1_000) return '';
  const seconds = Math.ceil(((tookMs / share) * (1 - share)) / 1_000);
  return seconds < 60 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}
