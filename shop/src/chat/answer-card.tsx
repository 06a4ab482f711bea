import { orderPath, productPath } from '../app/address';
import { useShop } from '../app/shop';
import { arrivalText } from '../order/arrival';
import { nameOfStatus } from '../order/order-status';
import { nameOfParcelStatus } from '../order/parcel-status';
import { isPurchasable } from '../lists/product-fields';
import { Link } from '../ui/link';
import { Price } from '../ui/money';
import { Picture } from '../ui/picture';
import type { AnswerCardData } from './chat-documents';
import { followFromChat } from './follow-from-chat';

type OrderCardData = Extract<AnswerCardData, { __typename: 'Order' }>;
type ProductCardData = Extract<AnswerCardData, { __typename: 'Product' }>;
type ParcelCardData = Extract<AnswerCardData, { __typename: 'Shipment' }>;

/** The order, parcel or product that an answer is about, as it is now. */
export function AnswerCard({ card }: { readonly card: AnswerCardData }) {
  if (card.__typename === 'Product') return <ProductCard product={card} />;
  return card.__typename === 'Order' ? <OrderCard order={card} /> : <ParcelCard parcel={card} />;
}

function ProductCard({ product }: { readonly product: ProductCardData }) {
  const { chat } = useShop();
  return (
    <div class="chat-card chat-product" data-card={product.id}>
      <Link to={productPath(product.id)} onFollow={() => followFromChat(chat)}>
        <Picture {...product} />
        <span>{product.title}</span>
      </Link>
      <div class="chat-meta">
        <Price {...product} />
        {!isPurchasable(product) && <span class="sold-out">Sold out</span>}
      </div>
    </div>
  );
}

function OrderCard({ order: { id, orderStatus, placedAt } }: { readonly order: OrderCardData }) {
  const { chat } = useShop();
  return (
    <div class="chat-card" data-card={id}>
      <p>
        <Link to={orderPath(id)} onFollow={() => followFromChat(chat)}>
          Order {id}
        </Link>
      </p>
      <p class="order-status" data-status={orderStatus}>
        {nameOfStatus(orderStatus)}
      </p>
      <p class="chat-meta">Placed {new Date(placedAt).toLocaleDateString(undefined, { dateStyle: 'medium' })}</p>
    </div>
  );
}

function ParcelCard({ parcel }: { readonly parcel: ParcelCardData }) {
  const { id, carrier, trackingNumber, shipmentStatus, deliveredAt, estimate } = parcel;
  const arrival = !deliveredAt && estimate ? arrivalText(estimate, Date.now()) : undefined;
  return (
    <div class="chat-card" data-card={id}>
      <p>Parcel {[trackingNumber ?? id, carrier].filter(Boolean).join(' · ')}</p>
      <p class="order-status" data-status={shipmentStatus}>
        {nameOfParcelStatus(shipmentStatus)}
      </p>
      {arrival && <p class="chat-meta">{arrival}</p>}
      {deliveredAt && (
        <p class="chat-meta">
          {new Date(deliveredAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
        </p>
      )}
    </div>
  );
}
