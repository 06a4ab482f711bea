import { AlertsPanel } from './alerts-panel';
import { WebhooksPanel } from '../webhooks/webhooks-panel';
import { RulesPanel } from './rules-panel';

/** What somebody wants to be told of, and what is wrong at this moment. */
export function AlertsPage() {
  return (
    <>
      <header class="page-head">
        <h1>Alerts</h1>
        <p class="muted">Rules are looked at every second; alerts move as they do.</p>
      </header>
      <div class="alerts">
        <AlertsPanel />
        <div class="column">
          <RulesPanel />
          <WebhooksPanel />
        </div>
      </div>
    </>
  );
}
