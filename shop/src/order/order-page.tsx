import { graphql, keepSubscribed, type RequestError, type ResultOf } from '@freshet/client';
import { useEffect, useState } from 'preact/hooks';
import { productPath } from '../app/address';
import { Page } from '../app/page';
import { useShop } from '../app/shop';
import { Fault } from '../ui/fault';
import { Link } from '../ui/link';
import { formatMoney } from '../ui/money';
import { Picture } from '../ui/picture';
import { OrderSteps } from './order-steps';
import { Parcels } from './parcels';

const OrderUpdated = graphql(`
  subscription OrderUpdated($id: ID!) {
    orderUpdated(id: $id) {
      id
      status
      placedAt
      due {
        amount
        currency
      }
      paymentState
      history {
        status
        occurredAt
      }
      total {
        amount
        currency
      }
      lines {
        id
        quantity
        productId
        amount {
          amount
          currency
        }
        product {
          title
          imageUrls
        }
      }
    }
  }
`);

export type OrderData = ResultOf<typeof OrderUpdated>['orderUpdated'];

/** Shows an order and follows its changes. */
export function OrderPage({ id }: { readonly id: string }) {
  const { storefront, account } = useShop();
  const [order, setOrder] = useState<OrderData>();
  const [error, setError] = useState<RequestError>();
  useEffect(
    () =>
      keepSubscribed<ResultOf<typeof OrderUpdated>>((sink) => storefront.subscribe(OrderUpdated, { id }, sink), {
        next: ({ orderUpdated }) => {
          setOrder(orderUpdated);
          setError(undefined);
        },
        error: setError,
      }),
    [id, account?.customer.value?.id],
  );
  return (
    <Page title="Your order" ready={order !== undefined} class="order">
      {error && (error.code === 'NOT_FOUND' ? <p>You have no order with this number.</p> : <Fault error={error} />)}
      {!order && !error && <p role="status">Loading …</p>}
      {order && (
        <>
          <p class="note">
            Number {order.id}, placed {new Date(order.placedAt).toLocaleString()}
          </p>
          <OrderSteps order={order} />
          <Parcels order={order} />
          {account && order.status === 'PLACED' && order.paymentState === 'UNPAID' && <Pay id={id} />}
          <ul class="lines">
            {order.lines.map((line) => (
              <li key={line.id} class="line-item">
                <Picture
                  id={line.productId}
                  title={line.product?.title ?? '?'}
                  imageUrls={line.product?.imageUrls ?? []}
                />
                <div class="line-what">
                  <Link to={productPath(line.productId)} via={{ placement: 'order' }}>
                    {line.product?.title ?? line.productId}
                  </Link>
                  <p>
                    {line.quantity} {line.quantity === 1 ? 'item' : 'items'} · {formatMoney(line.amount)}
                  </p>
                </div>
              </li>
            ))}
          </ul>
          <p class="total">
            Total <strong>{formatMoney(order.total)}</strong>
          </p>
        </>
      )}
    </Page>
  );
}

function Pay({ id }: { readonly id: string }) {
  const { account } = useShop();
  const [underWay, setUnderWay] = useState(false);
  const [fault, setFault] = useState<RequestError>();
  const pay = () => {
    setUnderWay(true);
    // The subscription delivers the result.
    account!.pay(id).catch((error: RequestError) => {
      setFault(error);
      setUnderWay(false);
    });
  };
  return (
    <div class="checkout">
      {fault && <Fault error={fault} />}
      <button type="button" class="primary" disabled={underWay} onClick={pay}>
        {underWay ? 'Paying …' : 'Pay (demo: nothing is charged)'}
      </button>
    </div>
  );
}
