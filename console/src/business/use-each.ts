import { useEffect, useRef } from 'preact/hooks';
import { useClock } from '../ui/use-clock';

/** Runs an action at each start of a period of `periodMs`, but not at once: for figures without a subscription. */
export function useEach(periodMs: number, action: () => void): void {
  const tick = useClock(periodMs);
  const before = useRef(tick);
  useEffect(() => {
    if (before.current === tick) return;
    before.current = tick;
    action();
  }, [tick]);
}
