import type { ResultOf } from '@freshet/client';
import { useEffect } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { formatShortDateTime } from '../ui/format';
import { Loading } from '../ui/loading';
import { useQuery } from '../ui/use-query';
import { Deliveries } from './webhook-documents';

type Delivery = ResultOf<typeof Deliveries>['alertWebhooks'][number]['deliveries'][number];

const POLL_INTERVAL_MS = 5_000;
const BADGES: Readonly<Record<string, string>> = { DELIVERED: 'good', FAILED: 'bad', WAITING: '' };

/** Lists a webhook's deliveries, the newest first; reloads every five seconds. */
export function DeliveryTable({ webhookId, label }: { readonly webhookId: string; readonly label: string }) {
  const { data, error, reload } = useQuery(Deliveries, {});
  useEffect(() => {
    const timer = setInterval(reload, POLL_INTERVAL_MS);
    return () => clearInterval(timer);
  }, []);
  if (data === undefined) return error ? <ErrorNote error={error} onRetry={reload} /> : <Loading lines={2} />;
  const deliveries = data.alertWebhooks.find(({ id }) => id === webhookId)?.deliveries ?? [];
  return (
    <>
      <ErrorNote error={error} onRetry={reload} />
      {deliveries.length === 0 ? (
        <p class="muted small">
          Nothing has been sent yet. The webhook receives alerts that fire after it was created.
        </p>
      ) : (
        <div class="table-scroll" role="region" aria-label={label} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Created</th>
                <th scope="col">State</th>
                <th scope="col">Result</th>
                <th scope="col" class="figure">
                  Attempts
                </th>
                <th scope="col">Alert or changes</th>
              </tr>
            </thead>
            <tbody>
              {deliveries.map((delivery) => (
                <tr key={delivery.id}>
                  <th scope="row" class="nowrap">
                    {formatShortDateTime(delivery.createdAt)}
                  </th>
                  <td>
                    <span class={`badge ${BADGES[delivery.state] ?? ''}`}>{delivery.state.toLowerCase()}</span>
                  </td>
                  <td>{deliveryOutcome(delivery)}</td>
                  <td class="figure">{delivery.attempts}</td>
                  <td class="nowrap">
                    {delivery.alertId === null ? (
                      `segments · ${delivery.position}`
                    ) : (
                      <>
                        <code>{delivery.alertId.slice(0, 8)}</code> · {delivery.revision}
                      </>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function deliveryOutcome({ deliveredAt, lastStatus, lastError, nextAttemptAt }: Delivery): string {
  const status = lastStatus === null ? '' : `HTTP ${lastStatus}`;
  if (deliveredAt !== null) return `${status}, ${formatShortDateTime(deliveredAt)}`;
  const failed = [status, lastError].filter(Boolean).join(': ');
  if (nextAttemptAt === null) return failed;
  return failed === '' ? 'not attempted yet' : `${failed}; next attempt ${formatShortDateTime(nextAttemptAt)}`;
}
