import { orderPath } from '../app/address';
import { useShop } from '../app/shop';
import { arrivalText } from '../order/arrival';
import { nameOfStatus } from '../order/order-status';
import { nameOfParcelStatus } from '../order/parcel-status';
import { Link } from '../ui/link';
import type { AnswerCardData } from './chat-documents';
import { followFromChat } from './follow-from-chat';

type OrderCardData = Extract<AnswerCardData, { __typename: 'Order' }>;
type ParcelCardData = Extract<AnswerCardData, { __typename: 'Shipment' }>;

/** The order or parcel that an answer is about, as it is now. */
export function AnswerCard({ card }: { readonly card: AnswerCardData }) {
  return card.__typename === 'Order' ? <OrderCard order={card} /> : <ParcelCard parcel={card} />;
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
