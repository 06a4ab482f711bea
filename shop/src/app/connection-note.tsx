import { useEffect, useState } from 'preact/hooks';
import { useShop } from './shop';

/** Interruptions shorter than this are not shown. */
const NOTICE_DELAY_MS = 700;
const RECONNECTED_NOTICE_MS = 3_000;

/** Shows when the connection is lost, so that the page may be out of date, and when it is restored. */
export function ConnectionNote() {
  const { connection } = useShop();
  const [notice, setNotice] = useState<'' | 'lost' | 'back'>('');
  const state = connection.value;
  useEffect(() => {
    if (state === 'reconnecting') {
      const timer = setTimeout(() => setNotice('lost'), NOTICE_DELAY_MS);
      return () => clearTimeout(timer);
    }
    if (state !== 'connected') return undefined;
    setNotice((before) => (before === 'lost' ? 'back' : ''));
    const timer = setTimeout(() => setNotice(''), RECONNECTED_NOTICE_MS);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <p class={`connection ${notice}`} role="status" data-connection={state}>
      {notice === 'lost' && 'Reconnecting … This page may be out of date.'}
      {notice === 'back' && 'Connected again. This page is up to date.'}
    </p>
  );
}
