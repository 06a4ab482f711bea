import { graphql } from '@freshet/client';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { formatDateTime } from '../ui/format';
import { ItemErrors } from '../ui/item-errors';
import { Loading } from '../ui/loading';
import { useQuery } from '../ui/use-query';
import { useWrite } from '../ui/use-write';
import { VirtualRows } from '../ui/virtual-rows';

const Rejected = graphql(`
  query Rejected {
    rejectedEvents(first: 100) {
      nodes {
        id
        code
        message
        event
        rejectedAt
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`);

const Retry = graphql(`
  mutation Retry($ids: [ID!]!) {
    written: retryRejectedEvents(input: { ids: $ids }) {
      accepted
      errors {
        code
        message
        path
      }
    }
  }
`);

/** Lists events that were accepted but could not be written to the log, and retries them. */
export function RejectedPage() {
  const { data, error, reload } = useQuery(Rejected, {});
  const retry = useWrite(Retry);
  const retryAll = async (ids: readonly string[]) => {
    await retry.run({ ids: [...ids] });
    reload();
  };
  const events = data?.rejectedEvents.nodes ?? [];
  return (
    <>
      <header class="page-head">
        <h1>Rejected events</h1>
        <p class="muted">
          Events that were accepted but could not be written to the log. Fix the cause, then retry them.
        </p>
      </header>
      <ErrorNote error={error ?? retry.error} onRetry={reload} />
      <ItemErrors errors={retry.faults} />
      {data === undefined && error === undefined && <Loading />}
      {data !== undefined && events.length === 0 && <Empty title="No event has been rejected" />}
      {events.length > 0 && (
        <section class="card">
          <header class="card-head">
            <p>
              {data?.rejectedEvents.pageInfo.hasNextPage ? `The newest ${events.length}` : `${events.length} in all`}
            </p>
            <button class="button" disabled={retry.isRunning} onClick={() => void retryAll(events.map(({ id }) => id))}>
              Retry all of these
            </button>
          </header>
          <VirtualRows
            label="Rejected events"
            rows={events}
            rowHeight={64}
            keyOf={({ id }) => id}
            columns={[
              { title: 'Rejected' },
              { title: 'Reason', class: 'wide' },
              { title: 'Event', class: 'wide' },
              { title: 'Action' },
            ]}
            cellsOf={({ id, code, message, event, rejectedAt }) => [
              formatDateTime(rejectedAt),
              <>
                <code>{code}</code> <span class="small">{message}</span>
              </>,
              <code class="small clipped">{JSON.stringify(event)}</code>,
              <button class="button small" disabled={retry.isRunning} onClick={() => void retryAll([id])}>
                Retry
              </button>,
            ]}
          />
        </section>
      )}
    </>
  );
}
