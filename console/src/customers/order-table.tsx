import type { ResultOf } from '@freshet/client';
import { ErrorNote } from '../ui/error-note';
import { formatEnum, formatMoney, formatShortDateTime } from '../ui/format';
import { Loading } from '../ui/loading';
import type { Pages } from '../ui/use-pages';
import type { CustomerOrders } from './customer-documents';

type Order = ResultOf<typeof CustomerOrders>['orders']['nodes'][number];

/** Lists a customer's orders with their totals, the newest first. */
export function OrderTable({ pages: { items, error, hasMore, more, reload } }: { readonly pages: Pages<Order> }) {
  return (
    <section class="card" aria-labelledby="orders-title">
      <h2 id="orders-title">Orders</h2>
      <ErrorNote error={error} onRetry={reload} />
      {items === undefined && error === undefined && <Loading lines={3} />}
      {items?.length === 0 && (
        <p class="muted">No orders. Purchases that a shop records as events are in the timeline only.</p>
      )}
      {items !== undefined && items.length > 0 && (
        <div class="table-scroll" role="region" aria-label="Orders" tabIndex={0}>
          <table class="narrow">
            <thead>
              <tr>
                <th scope="col">Order</th>
                <th scope="col">Placed</th>
                <th scope="col">Status</th>
                <th scope="col" class="figure">
                  Lines
                </th>
                <th scope="col" class="figure">
                  Total
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map(({ id, placedAt, status, lines, total, refunded }) => (
                <tr key={id}>
                  <th scope="row" class="nowrap">
                    {id}
                  </th>
                  <td class="nowrap">{formatShortDateTime(placedAt)}</td>
                  <td>{formatEnum(status)}</td>
                  <td class="figure">{lines.length}</td>
                  <td class="figure nowrap">
                    {formatMoney(total)}
                    {Number(refunded.amount) > 0 && (
                      <span class="muted small block">refunded {formatMoney(refunded)}</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hasMore && (
        <button class="button" onClick={more}>
          More orders
        </button>
      )}
    </section>
  );
}
