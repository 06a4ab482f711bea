/** How long something takes beyond what it has taken for a share of it, in words; nothing while that is unknown. */
export function timeLeft(tookMs: number, share: number): string {
  if (!(share > 0 && share < 1) || tookMs < 1_000) return '';
  const seconds = Math.ceil(((tookMs / share) * (1 - share)) / 1_000);
  return seconds < 60 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}
