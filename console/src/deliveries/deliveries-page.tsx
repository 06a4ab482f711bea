import type { PageProps } from '../pages';
import { DeliveriesOverview } from './deliveries-overview';
import { ParcelPage } from './parcel-page';

/** Deliveries: what is late or stuck with carriers and lanes, or one parcel. */
export function DeliveriesPage({ rest: [id] }: PageProps) {
  return id === undefined ? <DeliveriesOverview /> : <ParcelPage key={id} id={id} />;
}
