import { useState } from 'preact/hooks';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { Loading } from '../ui/loading';
import { AlertCard } from './alert-card';
import { PastAlerts } from './past-alerts';
import { useAlerts } from './use-alerts';

/** Shows open alerts, and alerts that were resolved while the page was open. */
export function AlertsPanel() {
  const { alerts, error } = useAlerts();
  const [isPastShown, showPast] = useState(false);
  return (
    <section class="column" aria-labelledby="alerts-title">
      <header class="card-head">
        <h2 id="alerts-title">Open</h2>
        <button class="button small" aria-expanded={isPastShown} onClick={() => showPast(!isPastShown)}>
          Past alerts
        </button>
      </header>
      <ErrorNote error={error} />
      {alerts === undefined && error === undefined && <Loading />}
      {alerts?.length === 0 && (
        <Empty title="No alert is open">
          <p>An alert opens as soon as a rule’s condition is met.</p>
        </Empty>
      )}
      {alerts?.map((alert) => (
        <AlertCard key={alert.id} alert={alert} />
      ))}
      {isPastShown && (
        <>
          <h2>Past</h2>
          <PastAlerts />
        </>
      )}
    </section>
  );
}
