import type { ConnectionState } from '@freshet/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { formatClock } from '../ui/format';

const RECONNECTED_NOTICE_MS = 4_000;

/** Shows since when the connection is lost, and when it is restored. */
export function ConnectionBanner({ state }: { readonly state: ConnectionState }) {
  const lostAt = useRef<Date | null>(null);
  const [isBack, setBack] = useState(false);
  useEffect(() => {
    if (state === 'reconnecting') lostAt.current ??= new Date();
    if (state !== 'connected' || lostAt.current === null) return;
    lostAt.current = null;
    setBack(true);
    const timer = setTimeout(() => setBack(false), RECONNECTED_NOTICE_MS);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <div class="banner-place" role="status">
      {state === 'reconnecting' && (
        <p class="banner warning">Reconnecting … Figures are as of {formatClock(lostAt.current ?? new Date())}.</p>
      )}
      {state === 'connected' && isBack && <p class="banner good">Connected again. Figures are up to date.</p>}
    </div>
  );
}
