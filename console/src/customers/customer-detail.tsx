import { useList } from '../lab/use-list';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { Link } from '../ui/link';
import { Loading } from '../ui/loading';
import { hrefOf } from '../ui/router';
import { useLive } from '../ui/use-live';
import { usePages } from '../ui/use-pages';
import { useQuery } from '../ui/use-query';
import { CustomerEvents, CustomerOrders, CustomerProfile, CustomerUpdated } from './customer-documents';
import { CustomerFacts } from './customer-facts';
import { CustomerSession } from './customer-session';
import { OrderTable } from './order-table';
import { PersonalList } from './personal-list';
import { Timeline } from './timeline';

/** Shows one customer: segment, predictions, the running session, events, orders and the personal list. */
export function CustomerDetail({ id }: { readonly id: string }) {
  const { data, error, reload } = useQuery(CustomerProfile, { id });
  const customer = data?.customer;
  return (
    <>
      <header class="page-head with-action">
        <div>
          <p class="small">
            <Link href={hrefOf('customers')}>All customers</Link>
          </p>
          <h1 class="customer-id">{id}</h1>
        </div>
        {customer && (
          <Link class="button" href={hrefOf('lab', id)}>
            Recommendation lab
          </Link>
        )}
      </header>
      <ErrorNote error={error} onRetry={reload} />
      {data === undefined && error === undefined && <Loading lines={8} />}
      {customer === null && (
        <Empty title={`Customer “${id}” not found`}>
          <p>A customer exists from their first event on.</p>
        </Empty>
      )}
      {customer && (
        <>
          <CustomerFacts customer={customer} />
          {customer.behaviour !== null && <CustomerSession session={customer.behaviour} />}
          <CustomerActivity id={id} onChange={reload} />
        </>
      )}
    </>
  );
}

const NO_EVENTS = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
/** Number of products of the personal list. */
const SHOWN = 5;

/** Lists what a customer has done, and follows it: each change of the profile or of the personal list reloads the page. */
function CustomerActivity({ id, onChange }: { readonly id: string; readonly onChange: () => void }) {
  const events = usePages(CustomerEvents, ({ customer }) => customer?.history ?? NO_EVENTS, { id });
  const orders = usePages(CustomerOrders, (result) => result.orders, { id });
  const reload = () => {
    onChange();
    // Reloading starts with the first page. A list that the operator has extended stays as it is.
    if (events.isFirstPage) events.reload();
    if (orders.isFirstPage) orders.reload();
  };
  const { error } = useLive(CustomerUpdated, { id }, reload);
  const personal = useList({ intent: 'PERSONAL', customerId: id }, SHOWN, reload);
  return (
    <>
      <ErrorNote error={error} title="No longer live" />
      <div class="customer">
        <Timeline pages={events} />
        <div class="column">
          <OrderTable pages={orders} />
          <PersonalList shown={personal} />
        </div>
      </div>
    </>
  );
}
