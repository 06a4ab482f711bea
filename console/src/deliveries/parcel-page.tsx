import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { Link } from '../ui/link';
import { Loading } from '../ui/loading';
import { hrefOf } from '../ui/router';
import { useClock } from '../ui/use-clock';
import { useQuery } from '../ui/use-query';
import { ListedParcels, ParcelExists } from './delivery-documents';
import { ParcelDetail } from './parcel-detail';
import { ParcelSearch } from './parcel-search';
import { ParcelTable } from './parcel-table';

const MINUTE_MS = 60_000;

/** Shows the parcel of this id, else the parcels of the order of this id, else those of this tracking number. */
export function ParcelPage({ id }: { readonly id: string }) {
  const parcel = useQuery(ParcelExists, { id });
  const isUnknown = parcel.error?.code === 'NOT_FOUND';
  const ofOrder = useQuery(ListedParcels, isUnknown ? { orderId: id } : null);
  const now = useClock(MINUTE_MS);
  const hasNone = ofOrder.data?.shipments?.nodes.length === 0;
  const ofNumber = useQuery(ListedParcels, hasNone ? { trackingNumber: id } : null);
  const parcels = (hasNone ? ofNumber : ofOrder).data?.shipments?.nodes;
  const only = parcel.data?.shipment?.id ?? (parcels?.length === 1 ? parcels[0]!.id : undefined);
  const asked = hasNone ? ofNumber : isUnknown ? ofOrder : parcel;
  return (
    <>
      <header class="page-head with-action">
        <div class="grow">
          <p class="small">
            <Link href={hrefOf('deliveries')}>All deliveries</Link>
          </p>
          <h1 class="customer-id">
            {parcels !== undefined && only === undefined && !hasNone ? `Order ${id}` : (only ?? id)}
          </h1>
        </div>
        <ParcelSearch />
      </header>
      <ErrorNote error={asked.error} onRetry={asked.reload} />
      {only === undefined && parcels === undefined && asked.error === undefined && <Loading lines={8} />}
      {only !== undefined && <ParcelDetail id={only} />}
      {parcels?.length === 0 && (
        <Empty title={`No parcel or order “${id}”`}>
          <p>
            No parcel has this id or tracking number, and no order of this id has parcels. Upper and lower case of ids
            are different.
          </p>
        </Empty>
      )}
      {parcels !== undefined && parcels.length > 1 && (
        <section class="card" aria-label={hasNone ? 'Parcels of this number' : 'Parcels of the order'}>
          <h2>{parcels.length} parcels</h2>
          <ParcelTable label="Parcels, table" parcels={parcels} now={now} />
        </section>
      )}
    </>
  );
}
