import type { ResultOf } from '@freshet/client';
import { ErrorNote } from '../ui/error-note';
import { formatEnum, formatMoney, formatShortDateTime } from '../ui/format';
import { Loading } from '../ui/loading';
import type { Pages } from '../ui/use-pages';
import type { CustomerEvents } from './customer-documents';

type CustomerEvent = NonNullable<ResultOf<typeof CustomerEvents>['customer']>['history']['nodes'][number];

/** Lists a customer's events, the newest first. */
export function Timeline({ pages: { items, error, hasMore, more, reload } }: { readonly pages: Pages<CustomerEvent> }) {
  return (
    <section class="card" aria-labelledby="timeline-title">
      <h2 id="timeline-title">Timeline</h2>
      <ErrorNote error={error} onRetry={reload} />
      {items === undefined && error === undefined && <Loading lines={6} />}
      {items?.length === 0 && <p class="muted">No events.</p>}
      <ol class="timeline">
        {items?.map(({ id, source, type, occurredAt, quantity, productId, product, unitPrice, query }) => (
          <li key={`${source} ${id} ${occurredAt}`}>
            <p>
              <span class="event-type">{formatEnum(type)}</span>{' '}
              <time class="muted small nowrap" dateTime={occurredAt}>
                {formatShortDateTime(occurredAt)}
              </time>
            </p>
            <p class="small">
              {product?.title ?? productId ?? (query === null ? '' : `“${query}”`)}
              {quantity > 1 && <span class="muted"> × {quantity}</span>}
              {unitPrice !== null && <span class="muted"> · {formatMoney(unitPrice)}</span>}
            </p>
          </li>
        ))}
      </ol>
      {hasMore && (
        <button class="button" onClick={more}>
          More events
        </button>
      )}
    </section>
  );
}
