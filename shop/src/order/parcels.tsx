import { graphql, keepSubscribed, type ResultOf } from '@freshet/client';
import { useEffect, useState } from 'preact/hooks';
import { useShop } from '../app/shop';
import { useLoad } from '../ui/use-load';
import { arrivalText } from './arrival';
import type { OrderData } from './order-page';
import { nameOfParcelStatus } from './parcel-status';

const OrderParcels = graphql(`
  query OrderParcels($id: ID!) {
    order(id: $id) {
      shipments {
        id
        kind
      }
    }
  }
`);

const ParcelUpdated = graphql(`
  subscription ParcelUpdated($id: ID!) {
    shipmentUpdated(id: $id) {
      id
      carrier
      service
      trackingNumber
      trackingUrl
      status
      deliveredAt
      estimate {
        earliest
        latest
      }
      scans {
        id
        type
        occurredAt
        place
      }
    }
  }
`);

type ParcelData = NonNullable<ResultOf<typeof ParcelUpdated>['shipmentUpdated']>;

/** Interval at which the parcels of an order that is on its way are asked for until there is one. */
const ASK_AGAIN_MS = 5_000;

/** Shows where the parcels of an order are and when they arrive, live. */
export function Parcels({ order: { id, status } }: { readonly order: OrderData }) {
  const { storefront } = useShop();
  const [attempt, setAttempt] = useState(0);
  const { data, stale, error } = useLoad(`${id} ${status} ${attempt}`, async (signal) => {
    const { order } = await storefront.request(OrderParcels, { id }, { signal });
    return order?.shipments ?? [];
  });
  const parcels = data?.filter(({ kind }) => kind === 'OUTBOUND') ?? [];
  // A shop may record the parcel after it has said that the order is on its way.
  const isAwaited = status === 'SHIPPED' && (!stale || error !== undefined) && parcels.length === 0;
  useEffect(() => {
    if (!isAwaited) return;
    const timer = setTimeout(() => setAttempt(attempt + 1), ASK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isAwaited, attempt]);
  return (
    <>
      {parcels.map((parcel, index) => (
        <Parcel key={parcel.id} id={parcel.id} title={parcels.length === 1 ? 'Parcel' : `Parcel ${index + 1}`} />
      ))}
    </>
  );
}

function Parcel({ id, title }: { readonly id: string; readonly title: string }) {
  const { storefront } = useShop();
  const [parcel, setParcel] = useState<ParcelData>();
  useEffect(
    () =>
      keepSubscribed<ResultOf<typeof ParcelUpdated>>((sink) => storefront.subscribe(ParcelUpdated, { id }, sink), {
        next: ({ shipmentUpdated }) => setParcel(shipmentUpdated ?? undefined),
      }),
    [id],
  );
  if (parcel === undefined) return null;
  const { carrier, service, trackingNumber, trackingUrl, status, deliveredAt, estimate, scans } = parcel;
  const arrival = estimate ? arrivalText(estimate, Date.now()) : undefined;
  const newestFirst = [...scans].reverse();
  return (
    <section class="parcel" aria-label={title} data-status={status}>
      <p class="parcel-arrival" role="status">
        <strong>
          {deliveredAt
            ? `Delivered ${new Date(deliveredAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}`
            : (arrival ?? nameOfParcelStatus(status))}
        </strong>
        {!deliveredAt && arrival && <span>{nameOfParcelStatus(status)}</span>}
      </p>
      <p class="note">
        {[title, [carrier, service].filter(Boolean).join(' '), trackingNumber].filter(Boolean).join(' · ')}
        {trackingUrl && (
          <>
            {' · '}
            <a href={trackingUrl} rel="noreferrer" target="_blank">
              Follow it at the carrier
            </a>
          </>
        )}
      </p>
      {newestFirst.length > 0 && (
        <details>
          <summary>All steps</summary>
          <ol class="scans">
            {newestFirst.map(({ id: scan, type, occurredAt, place }) => (
              <li key={scan}>
                <time dateTime={occurredAt}>
                  {new Date(occurredAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
                </time>
                <span>
                  {nameOfParcelStatus(type)}
                  {place && ` · ${place}`}
                </span>
              </li>
            ))}
          </ol>
        </details>
      )}
    </section>
  );
}
