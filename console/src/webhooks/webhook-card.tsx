import type { ResultOf } from '@freshet/client';
import { useState } from 'preact/hooks';
import { SeverityBadge } from '../alerts/alert-badge';
import { shownDateTime } from '../ui/format';
import { DeliveryTable } from './delivery-table';
import type { Webhooks } from './webhook-documents';

export type Webhook = ResultOf<typeof Webhooks>['alertWebhooks'][number];

export function WebhookCard({ webhook, onDelete }: { readonly webhook: Webhook; readonly onDelete: () => void }) {
  const { id, url, minSeverity, rules, createdAt } = webhook;
  const [isShown, show] = useState(false);
  return (
    <section class="card" aria-label={`Webhook ${url}`}>
      <header class="card-head">
        <div class="grow">
          <h3>{url}</h3>
          <p class="small muted">
            {rules.length === 0 ? 'Alerts of any rule' : `Alerts of ${rules.join(', ')}`}, at least as grave as this ·
            made {shownDateTime(createdAt)}
          </p>
        </div>
        <SeverityBadge severity={minSeverity} />
      </header>
      <div class="actions">
        <button class="button small" aria-expanded={isShown} onClick={() => show(!isShown)}>
          Deliveries<span class="visually-hidden"> to {url}</span>
        </button>
        <button class="button small" onClick={onDelete}>
          Delete<span class="visually-hidden"> {url}</span>
        </button>
      </div>
      {isShown && <DeliveryTable webhookId={id} label={`Deliveries to ${url}`} />}
    </section>
  );
}
