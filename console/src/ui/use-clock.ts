import { useEffect, useState } from 'preact/hooks';

/** The beginning (ms) of the current stretch of so many milliseconds, drawn again when the next one begins. */
export function useClock(stretchMs: number): number {
  const [now, setNow] = useState(Date.now);
  const begun = now - (now % stretchMs);
  useEffect(() => {
    const timer = setTimeout(() => setNow(Date.now()), begun + stretchMs - Date.now());
    return () => clearTimeout(timer);
  }, [begun, stretchMs, now]);
  return begun;
}
