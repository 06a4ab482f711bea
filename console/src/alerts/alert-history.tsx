import { ErrorNote } from '../ui/error-note';
import { formatDateTime, formatEnum } from '../ui/format';
import { Loading } from '../ui/loading';
import { useQuery } from '../ui/use-query';
import { AlertHistory } from './alert-documents';
import { Observed } from './observed';
import type { Alert } from './merge-alerts';

/** Shows an alert's state changes; reloads when the alert changes. */
export function History({ alert: { id, ruleId, revision } }: { readonly alert: Alert }) {
  return <Steps key={revision} id={id} ruleId={ruleId} />;
}

function Steps({ id, ruleId }: { readonly id: string; readonly ruleId: string }) {
  const { data, error, reload } = useQuery(AlertHistory, { ruleId });
  const steps = data?.alerts.nodes.find((one) => one.id === id)?.history;
  if (data === undefined) return error ? <ErrorNote error={error} onRetry={reload} /> : <Loading lines={2} />;
  if (steps === undefined)
    return <p class="muted small">The history is not available: the rule has more than 100 newer alerts.</p>;
  return (
    <ol class="steps" aria-label={`History of ${ruleId}`}>
      {steps.map((step) => (
        <li key={step.revision}>
          <time class="muted nowrap" dateTime={step.at}>
            {formatDateTime(step.at)}
          </time>
          <b>{formatEnum(step.state)}</b>
          <span class="small">
            {step.by === null ? <Observed observed={step.observed} /> : <span class="muted">{step.by}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
