import type { Account } from '../account/account';
import { Page } from '../app/page';
import { useShop } from '../app/shop';
import { Fault } from '../ui/fault';
import { Link } from '../ui/link';
import { OrderRow } from './order-row';
import { useOrders } from './use-orders';

/** Maximum number of orders with a live status: a socket allows 100 subscriptions, and old orders rarely change. */
const MAX_SUBSCRIBED_ORDERS = 20;

/** Lists the signed-in customer's orders, the newest first. */
export function OrdersPage({ account }: { readonly account: Account }) {
  const customer = account.customer.value;
  if (customer === undefined)
    return (
      <Page title="Your orders" ready>
        <p>
          <Link to="/sign-in">Sign in</Link> to see your orders.
        </p>
      </Page>
    );
  return <OrdersOf key={customer.id} customerId={customer.id} />;
}

function OrdersOf({ customerId }: { readonly customerId: string }) {
  const { storefront } = useShop();
  const { orders, error, hasMore, isLoading, more } = useOrders(storefront, customerId);
  return (
    <Page title="Your orders" ready={orders !== undefined} class="orders">
      {error && <Fault error={error} />}
      {orders === undefined && !error && <p role="status">Loading …</p>}
      {orders?.length === 0 && <p>You have no orders yet.</p>}
      {orders && orders.length > 0 && (
        <ul class="order-list" aria-label="Orders">
          {orders.map((order, place) => (
            <OrderRow key={order.id} order={order} isFollowed={place < MAX_SUBSCRIBED_ORDERS} />
          ))}
        </ul>
      )}
      {hasMore && (
        <button type="button" class="secondary" disabled={isLoading} onClick={more}>
          Older orders
        </button>
      )}
    </Page>
  );
}
