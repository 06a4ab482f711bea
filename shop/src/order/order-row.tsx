import { keepSubscribed, type ResultOf } from '@freshet/client';
import { useEffect, useState } from 'preact/hooks';
import { orderPath } from '../app/address';
import { useShop } from '../app/shop';
import { Link } from '../ui/link';
import { formatMoney } from '../ui/money';
import { Picture } from '../ui/picture';
import { OrderStatus, type OrderSummaryData } from './order-fields';
import { nameOfStatus } from './order-status';

/** Maximum number of order lines whose picture is shown. */
const MAX_PICTURES = 3;

/** An order of the list with its titles and status. If `isFollowed`, the status is live. */
export function OrderRow({ order, isFollowed }: { readonly order: OrderSummaryData; readonly isFollowed: boolean }) {
  const { storefront } = useShop();
  const { id, placedAt, total, lines } = order;
  const [status, setStatus] = useState<string>(order.status);
  useEffect(() => {
    if (!isFollowed) return;
    return keepSubscribed<ResultOf<typeof OrderStatus>>((sink) => storefront.subscribe(OrderStatus, { id }, sink), {
      next: ({ orderUpdated }) => setStatus(orderUpdated.status),
    });
  }, [id, isFollowed]);
  const items = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const titles = lines.map(({ product, productId }) => product?.title ?? productId);
  return (
    <li class="order-row" data-order={id}>
      <div class="order-pictures" aria-hidden="true">
        {lines.slice(0, MAX_PICTURES).map(({ id: line, productId, product }) => (
          <Picture key={line} id={productId} title={product?.title ?? '?'} imageUrls={product?.imageUrls ?? []} />
        ))}
      </div>
      <div class="line-what">
        <Link to={orderPath(id)}>{new Date(placedAt).toLocaleString(undefined, DATE_FORMAT)}</Link>
        <p class="order-titles">{titles.join(', ')}</p>
        <p>
          {items} {items === 1 ? 'item' : 'items'} · {formatMoney(total)}
        </p>
      </div>
      <p class="order-status" data-status={status}>
        {nameOfStatus(status)}
      </p>
    </li>
  );
}

const DATE_FORMAT: Intl.DateTimeFormatOptions = { dateStyle: 'long', timeStyle: 'short' };
