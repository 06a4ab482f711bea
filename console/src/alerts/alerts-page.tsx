import { AlertsPanel } from './alerts-panel';
import { WebhooksPanel } from '../webhooks/webhooks-panel';
import { RulesPanel } from './rules-panel';

/** Shows open alerts, alert rules and webhooks. */
export function AlertsPage() {
  return (
    <>
      <header class="page-head">
        <h1>Alerts</h1>
        <p class="muted">Rules are evaluated every second. Alerts update live.</p>
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
