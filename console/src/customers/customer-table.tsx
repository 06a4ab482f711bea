import type { ResultOf } from '@freshet/client';
import type { ComponentChildren } from 'preact';
import { ErrorNote } from '../ui/error-note';
import { formatMoney, formatShare, formatShortDateTime } from '../ui/format';
import { Link } from '../ui/link';
import { Loading } from '../ui/loading';
import { hrefOf } from '../ui/router';
import type { Pages } from '../ui/use-pages';
import type { ListedCustomers } from './customer-documents';
import { lastChangeOf } from './customer-figures';

type ListedCustomer = ResultOf<typeof ListedCustomers>['customers']['nodes'][number];

interface Props {
  readonly pages: Pages<ListedCustomer>;
  /** Shown if the list is empty. */
  readonly children: ComponentChildren;
}

/** Lists customers with their segments and predictions. */
export function CustomerTable({ pages: { items, error, hasMore, more, reload }, children }: Props) {
  return (
    <>
      <ErrorNote error={error} onRetry={reload} />
      {items === undefined && error === undefined && <Loading lines={6} />}
      {items?.length === 0 && children}
      {items !== undefined && items.length > 0 && (
        <div class="table-scroll" role="region" aria-label="Customers" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Customer</th>
                <th scope="col">Segment</th>
                <th scope="col" class="figure">
                  Predicted amount
                </th>
                <th scope="col" class="figure">
                  Purchase
                </th>
                <th scope="col" class="figure">
                  Churn
                </th>
                <th scope="col">Last change</th>
              </tr>
            </thead>
            <tbody>
              {items.map((customer) => (
                <CustomerRow key={customer.id} customer={customer} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hasMore && (
        <button class="button" onClick={more}>
          More customers
        </button>
      )}
    </>
  );
}

function CustomerRow({ customer }: { readonly customer: ListedCustomer }) {
  const { id, profiling, segment, predictions } = customer;
  const churn = predictions?.churnProbability ?? null;
  return (
    <tr>
      <th scope="row" class="nowrap">
        <Link href={hrefOf('customers', id)}>{id}</Link>
      </th>
      <td>{profiling ? (segment?.name ?? '–') : <span class="badge">opted out</span>}</td>
      <td class="figure nowrap">{formatMoney(predictions?.expectedAmount ?? null)}</td>
      <td class="figure nowrap">{predictions === null ? '–' : formatShare(predictions.purchaseProbability)}</td>
      <td class="figure nowrap">{churn === null ? '–' : formatShare(churn)}</td>
      <td class="nowrap">{formatShortDateTime(lastChangeOf(customer))}</td>
    </tr>
  );
}
