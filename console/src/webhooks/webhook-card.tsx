import type { ResultOf } from '@freshet/client';
import { useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { formatDateTime, formatEnum } from '../ui/format';
import { ItemErrors } from '../ui/item-errors';
import { useWrite } from '../ui/use-write';
import { DeliveryTable } from './delivery-table';
import { TestWebhook, type Webhooks } from './webhook-documents';
import { type Test, TestOutcome } from './webhook-test';

export type Webhook = ResultOf<typeof Webhooks>['alertWebhooks'][number];

/** Texts by minimum severity. */
const SEVERITY_TEXTS: Readonly<Record<string, string>> = {
  INFO: 'All alerts',
  WARNING: 'Warnings and critical alerts',
  CRITICAL: 'Critical alerts',
};

export function WebhookCard({ webhook, onDelete }: { readonly webhook: Webhook; readonly onDelete: () => void }) {
  const { id, url, minSeverity, rules, createdAt } = webhook;
  const [isShown, show] = useState(false);
  const testing = useWrite(TestWebhook);
  const [test, setTest] = useState<Test>();
  const send = async () => setTest(await testing.run({ id }));
  return (
    <section class="card" aria-label={`Webhook ${url}`}>
      <header class="card-head">
        <div class="grow">
          <h3>{url}</h3>
          <p class="small muted">
            {SEVERITY_TEXTS[minSeverity] ?? formatEnum(minSeverity)} of{' '}
            {rules.length === 0 ? 'all rules' : rules.join(', ')} · created {formatDateTime(createdAt)}
          </p>
        </div>
      </header>
      <div class="actions">
        <button class="button small" aria-expanded={isShown} onClick={() => show(!isShown)}>
          Deliveries<span class="visually-hidden"> to {url}</span>
        </button>
        <button class="button small" disabled={testing.isRunning} onClick={() => void send()}>
          {testing.isRunning ? 'Sending …' : 'Send a test'}
          <span class="visually-hidden"> to {url}</span>
        </button>
        <button class="button small" onClick={onDelete}>
          Delete<span class="visually-hidden"> {url}</span>
        </button>
      </div>
      <ErrorNote error={testing.error} title="Not sent" />
      <ItemErrors errors={testing.faults} />
      {test && <TestOutcome test={test} />}
      {isShown && <DeliveryTable webhookId={id} label={`Deliveries to ${url}`} />}
    </section>
  );
}
