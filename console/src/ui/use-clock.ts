import { useEffect, useState } from 'preact/hooks';

/**
 * Returns the start (ms) of the current period of `periodMs`, and redraws the component when the next period starts.
 */
export function useClock(periodMs: number): number {
  const [now, setNow] = useState(Date.now);
  const begun = now - (now % periodMs);
  useEffect(() => {
    const timer = setTimeout(() => setNow(Date.now()), begun + periodMs - Date.now());
    return () => clearTimeout(timer);
  }, [begun, periodMs, now]);
  return begun;
}
