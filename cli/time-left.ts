/** Returns the estimated remaining time of work as text, from the time that a share of it took; '' if unknown. */
export function timeLeft(tookMs: number, share: number): string {
  if (!(share > 0 && share < 1) || tookMs < 1_000) return '';
  const seconds = Math.ceil(((tookMs / share) * (1 - share)) / 1_000);
  return seconds < 60 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}
