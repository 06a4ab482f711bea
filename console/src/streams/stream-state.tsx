import { formatShare } from '../ui/format';
import type { Stream } from './stream';

export function StreamState({ state, progress, reason }: Pick<Stream, 'state' | 'progress' | 'reason'>) {
  if (state === 'LIVE') return <span class="badge good">live</span>;
  if (state === 'FILLING') return <span class="badge">filling {formatShare(progress)}</span>;
  return (
    <>
      <span class="badge bad">{state.toLowerCase()}</span> <span class="small">{reason}</span>
    </>
  );
}
