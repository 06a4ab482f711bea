import { formatEnum } from '../ui/format';
import type { Alert } from './merge-alerts';

const TONES: Readonly<Record<Alert['severity'], string>> = { CRITICAL: 'bad', WARNING: 'held', INFO: '' };

/** Shows an alert's state and severity. */
export function AlertBadge({ state, severity }: Pick<Alert, 'state' | 'severity'>) {
  return (
    <>
      <span class={`badge ${state === 'RESOLVED' ? 'good' : state === 'FIRING' ? TONES[severity] : ''}`}>
        {formatEnum(state)}
      </span>{' '}
      <SeverityBadge severity={severity} />
    </>
  );
}

export function SeverityBadge({ severity }: Pick<Alert, 'severity'>) {
  return <span class={`badge ${TONES[severity]}`}>{formatEnum(severity)}</span>;
}
