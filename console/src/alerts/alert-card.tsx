import { useState } from 'preact/hooks';
import { formatDateTime } from '../ui/format';
import { Acknowledge } from './acknowledge';
import { AlertBadge } from './alert-badge';
import { History } from './alert-history';
import { Observed } from './observed';
import type { Alert } from './merge-alerts';

/** Shows an alert with its observed values, times and acknowledgement. */
export function AlertCard({ alert }: { readonly alert: Alert }) {
  const { ruleId, key, state, severity, startedAt, firedAt, resolvedAt, acknowledgedAt, acknowledgedBy, note } = alert;
  const [isAnswering, answer] = useState(false);
  const [isOpen, open] = useState(false);
  const name = key === '' ? ruleId : `${ruleId} · ${key}`;
  return (
    <section class={`card alert ${state.toLowerCase()} ${severity.toLowerCase()}`} aria-label={`Alert ${name}`}>
      <header class="card-head">
        <div class="grow">
          <h3>{name}</h3>
          <p class="small muted">
            {firedAt === null ? 'pending since' : 'fired'} {formatDateTime(firedAt ?? startedAt)}
            {resolvedAt !== null && `, resolved ${formatDateTime(resolvedAt)}`}
          </p>
        </div>
        <p>
          <AlertBadge state={state} severity={severity} />
        </p>
      </header>
      <p class="small">
        <Observed observed={alert.observed} />
      </p>
      {acknowledgedAt !== null && (
        <p class="small">
          <b>Acknowledged</b>{' '}
          <span class="muted">
            {formatDateTime(acknowledgedAt)}
            {acknowledgedBy !== null && ` by ${acknowledgedBy}`}
          </span>
          {note !== null && <q class="alert-note">{note}</q>}
        </p>
      )}
      {isAnswering && <Acknowledge id={alert.id} onDone={() => answer(false)} onCancel={() => answer(false)} />}
      <div class="actions">
        {state !== 'RESOLVED' && acknowledgedAt === null && !isAnswering && (
          <button class="button small" onClick={() => answer(true)}>
            Acknowledge<span class="visually-hidden"> {name}</span>
          </button>
        )}
        <button class="button small" aria-expanded={isOpen} onClick={() => open(!isOpen)}>
          History<span class="visually-hidden"> of {name}</span>
        </button>
      </div>
      {isOpen && <History alert={alert} />}
    </section>
  );
}
