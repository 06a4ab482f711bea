import { Link } from '../ui/link';
import { hrefOf } from '../ui/router';
import { distanceText, laneText, likelyText, type ListedParcel, promiseText, STATUS_NAMES } from './parcel-text';

const COLUMNS = ['Order', 'Promised', 'Status', 'Likely', 'Carrier', 'Lane', 'Carrier’s page'];

interface Props {
  readonly label: string;
  readonly parcels: readonly ListedParcel[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Lists parcels: where they are, when they were promised, and when they are likely to arrive. */
export function ParcelTable({ label, parcels, now }: Props) {
  return (
    <div class="table-scroll" role="region" aria-label={label} tabIndex={0}>
      <table class="parcels">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {parcels.map((parcel) => (
            <ParcelRow key={parcel.id} parcel={parcel} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ParcelRow({ parcel, now }: { readonly parcel: ListedParcel; readonly now: number }) {
  const { id, order, carrier, service, status, statusAt, place, promisedAt, isLate, estimate, trackingUrl } = parcel;
  const since = statusAt === null ? null : distanceText(Date.parse(statusAt), now);
  return (
    <tr>
      <th scope="row">
        <Link href={hrefOf('deliveries', id)}>{order?.id ?? id}</Link>
        {order !== null && <span class="muted small block">parcel {shortId(id, order.id)}</span>}
      </th>
      <td class="nowrap">
        {promisedAt === null ? '–' : promiseText(promisedAt, now)}
        {promisedAt !== null && (
          <span class={`small block ${isLate ? 'late-by' : 'muted'}`}>{distanceText(Date.parse(promisedAt), now)}</span>
        )}
      </td>
      <td>
        {STATUS_NAMES[status]}
        <span class="muted small block">{[place, since].filter(Boolean).join(', ')}</span>
      </td>
      <td class="nowrap">{(estimate && likelyText(estimate, now)) ?? '–'}</td>
      <td>
        {carrier ?? '–'}
        {service !== null && <span class="muted small block">{service}</span>}
      </td>
      <td class="nowrap">{laneText(parcel)}</td>
      <td class="nowrap">{trackingUrl === null ? '–' : <CarrierLink url={trackingUrl} />}</td>
    </tr>
  );
}

/** Leaves out the id of the order at the beginning of the id of a parcel. */
const shortId = (id: string, orderId: string) => (id.startsWith(orderId) ? `…${id.slice(orderId.length)}` : id);

/** A link to the page of the carrier. */
export function CarrierLink({ url }: { readonly url: string }) {
  return (
    <a href={url} target="_blank" rel="noreferrer">
      Follow<span class="visually-hidden"> at the carrier</span>
    </a>
  );
}
