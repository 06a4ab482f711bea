import { useEffect, useState } from 'preact/hooks';
import { useShop } from './shop';

/** A short break is nobody's concern. */
const PATIENCE_MS = 700;
const BACK_MS = 3_000;

/** Whether what is shown moves: said when it does not, and when it does again. */
export function ConnectionNote() {
  const { connection } = useShop();
  const [said, setSaid] = useState<'' | 'lost' | 'back'>('');
  const state = connection.value;
  useEffect(() => {
    if (state === 'reconnecting') {
      const timer = setTimeout(() => setSaid('lost'), PATIENCE_MS);
      return () => clearTimeout(timer);
    }
    if (state !== 'connected') return undefined;
    setSaid((before) => (before === 'lost' ? 'back' : ''));
    const timer = setTimeout(() => setSaid(''), BACK_MS);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <p class={`connection ${said}`} role="status" data-connection={state}>
      {said === 'lost' && 'Reconnecting … what you see may be out of date.'}
      {said === 'back' && 'Connected again, and up to date.'}
    </p>
  );
}
