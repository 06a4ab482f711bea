import { ErrorNote } from '../ui/error-note';
import { Loading } from '../ui/loading';
import { usePages } from '../ui/use-pages';
import { AlertCard } from './alert-card';
import { PastAlerts as Past } from './alert-documents';

/** Lists resolved alerts, the newest first. */
export function PastAlerts() {
  const { items, error, hasMore, more, reload } = usePages(Past, ({ alerts }) => alerts, {});
  return (
    <>
      <ErrorNote error={error} onRetry={reload} />
      {items === undefined && error === undefined && <Loading />}
      {items?.length === 0 && <p class="muted">No alert was resolved in the last 90 days.</p>}
      {items?.map((alert) => (
        <AlertCard key={alert.id} alert={alert} />
      ))}
      {hasMore && (
        <button class="button" onClick={more}>
          More
        </button>
      )}
    </>
  );
}
