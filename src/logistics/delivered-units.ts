import type { OrderRecord } from '../orders/order-record';
import { stateOfShipment, type ShipmentFacts } from './shipment';
import type { ShipmentRecord } from './shipment-event';

/** A parcel from the shop to the customer. */
interface OutboundParcel {
  readonly units: ShipmentRecord['units'];
  /** When it was delivered, also if it was returned later. */
  readonly arrivedAt: number | null;
  /** Whether it has come back, or does so, without having been delivered. */
  readonly isBack: boolean;
}

type OrderedLines = readonly Pick<OrderRecord['lines'][number], 'id' | 'quantity' | 'cancelled' | 'returned'>[];

/**
 * Returns when an order was delivered, in milliseconds since 1970 (UTC): when its newest parcel was, if all units that the
 * customer keeps are delivered, and at least one unit is; else null. A parcel that was returned after its delivery was
 * delivered. Units that were returned were delivered before, or came back in their parcel. A parcel without units holds a
 * part of the order that is not known: if there is one, all parcels of the order must be delivered or have come back.
 */
export function deliveryOf(
  { lines }: { readonly lines: OrderedLines },
  shipments: readonly ShipmentFacts[],
): number | null {
  const parcels = outboundParcels(shipments);
  const arrivals = parcels.flatMap(({ arrivedAt }) => arrivedAt ?? []);
  return arrivals.length > 0 && areDelivered(lines, parcels) ? Math.max(...arrivals) : null;
}

function areDelivered(lines: OrderedLines, parcels: readonly OutboundParcel[]): boolean {
  if (lines.every(({ quantity, cancelled, returned }) => quantity <= cancelled + returned)) return false;
  if (parcels.some(({ units }) => units === null))
    return parcels.every(({ arrivedAt, isBack }) => arrivedAt !== null || isBack);
  const delivered = sumUnits(parcels.filter(({ arrivedAt }) => arrivedAt !== null));
  const cameBack = sumUnits(parcels.filter(({ isBack }) => isBack));
  return lines.every(({ id, quantity, cancelled, returned }) => {
    const returnedInParcels = Math.min(cameBack.get(id) ?? 0, returned);
    return (delivered.get(id) ?? 0) + returnedInParcels >= quantity - cancelled;
  });
}

function outboundParcels(shipments: readonly ShipmentFacts[]): OutboundParcel[] {
  return shipments.flatMap((shipment) => {
    const { newest } = shipment;
    if (newest === null || newest.record.kind === 'RETURN') return [];
    const { status, arrivedAt } = stateOfShipment(shipment);
    const isBack = arrivedAt === null && (status === 'RETURNING' || status === 'RETURNED');
    return status === 'VOIDED' ? [] : [{ units: newest.record.units, arrivedAt, isBack }];
  });
}

function sumUnits(parcels: readonly OutboundParcel[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { units } of parcels)
    for (const { lineId, quantity } of units ?? []) sums.set(lineId, (sums.get(lineId) ?? 0) + quantity);
  return sums;
}
