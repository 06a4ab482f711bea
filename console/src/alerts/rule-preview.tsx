import { useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { formatClock, formatShortDateTime } from '../ui/format';
import type { ItemFault } from '../ui/item-fault';
import { Loading } from '../ui/loading';
import { useMutation } from '../ui/use-mutation';
import { Observed } from './observed';
import { type Preview, type PreviewedAlert, previewOutcome, timelineSpans } from './preview-spans';
import type { RuleInput } from './rule-draft';
import { PreviewAlertRule } from './rule-preview-document';

interface Props {
  readonly read: () => RuleInput;
  /** Changes whenever the form changes. */
  readonly draft: unknown;
  readonly onFaults: (faults: readonly ItemFault[]) => void;
}

/** Stands for an id that has not been entered yet. */
const UNNAMED = 'preview';
const DAY_MS = 86_400_000;

/** Shows when the rule would have fired recently. Nothing is stored and no notification is sent. */
export function RulePreview({ read, draft, onFaults }: Props) {
  const { run, error, isRunning } = useMutation(PreviewAlertRule);
  const [previewed, setPreviewed] = useState<{ readonly preview: Preview; readonly of: unknown }>();
  const ask = async () => {
    const rule = read();
    const answer = await run({ rule: { ...rule, id: rule.id || UNNAMED } });
    const preview = answer?.previewAlertRule;
    onFaults(preview?.errors ?? []);
    setPreviewed(preview === undefined || preview.errors.length > 0 ? undefined : { preview, of: draft });
  };
  return (
    <section class="preview" aria-labelledby="rule-preview-title">
      <header class="card-head">
        <div>
          <h4 id="rule-preview-title">Preview</h4>
          <p class="muted small">
            When the rule would have fired in the last hour. Nothing is stored, and no notifications are sent.
          </p>
        </div>
        <button class="button" type="button" disabled={isRunning} onClick={() => void ask()}>
          {isRunning ? 'Evaluating …' : 'Preview'}
        </button>
      </header>
      <ErrorNote error={error} title="Not previewed" onRetry={() => void ask()} />
      {isRunning && previewed === undefined && <Loading lines={2} />}
      {previewed && <RulePreviewResult preview={previewed.preview} isOld={previewed.of !== draft} />}
    </section>
  );
}

function RulePreviewResult({ preview, isOld }: { readonly preview: Preview; readonly isOld: boolean }) {
  const { from, to, looks, raised, alerts, observed } = preview;
  if (from === null || to === null) return <p role="status">There is no past data for this rule yet.</p>;
  const shown =
    Date.parse(to) - Date.parse(from) > DAY_MS ? formatShortDateTime : (at: string) => formatClock(new Date(at));
  const outcome = previewOutcome(preview);
  return (
    <>
      <p role="status">
        <b>{outcome.fired}</b>
        {outcome.pending}, from {shown(from)} to {shown(to)}, in {looks} {looks === 1 ? 'evaluation' : 'evaluations'}.
        {isOld && <b> The form has changed since.</b>}
      </p>
      {observed.length > 0 && (
        <p class="small">
          <span class="observed">
            {observed.map(({ name, least, greatest }) => (
              <span key={name}>
                <span class="muted">between</span> <Observed observed={{ [name]: least }} />{' '}
                <span class="muted">and</span> <Observed observed={{ [name]: greatest }} />
              </span>
            ))}
          </span>
        </p>
      )}
      <div class="spans" aria-hidden="true">
        {timelineSpans(preview).map(({ kind, left, width }, at) => (
          <span key={at} class={`span ${kind}`} style={{ left: `${left}%`, width: `${width}%` }} />
        ))}
      </div>
      {alerts.length > 0 && (
        <ol class="steps" aria-label="Previewed alerts">
          {alerts.map((alert) => (
            <li key={`${alert.key} ${alert.startedAt}`}>
              <span class="nowrap">{formatAlertTimes(alert, shown)}</span>
              {alert.key !== '' && <code>{alert.key}</code>}
              <span class="small">
                <Observed observed={withoutTime(alert.observed)} />
              </span>
            </li>
          ))}
        </ol>
      )}
      {raised > alerts.length && <p class="muted small">The newest {alerts.length} are shown.</p>}
    </>
  );
}

/** Returns an alert's times as text: `Fired 12:04:00, resolved 12:10:00`. */
function formatAlertTimes({ startedAt, firedAt, resolvedAt }: PreviewedAlert, shown: (at: string) => string): string {
  const began = firedAt === null ? `Pending ${shown(startedAt)}` : `Fired ${shown(firedAt)}`;
  return resolvedAt === null ? `${began}, still open` : `${began}, resolved ${shown(resolvedAt)}`;
}

/** Omits the window's times, because the alert's own times are shown. */
function withoutTime({ start: _start, end: _end, ...observed }: PreviewedAlert['observed']): Record<string, unknown> {
  return observed;
}
