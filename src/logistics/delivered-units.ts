import type { OrderRecord } from '../orders/order-record';
import { stateOfShipment, type ShipmentFacts } from './shipment';
import type { ShipmentRecord } from './shipment-event';
import type { ShipmentStatus } from './shipment-state';

/** A parcel from the shop to the customer. */
interface OutboundParcel {
  readonly units: ShipmentRecord['units'];
  readonly status: ShipmentStatus;
  readonly deliveredAt: number | null;
  /** When it was delivered, also if it was returned later. */
  readonly arrivedAt: number | null;
}

type OrderedLines = readonly Pick<OrderRecord['lines'][number], 'id' | 'quantity' | 'cancelled' | 'returned'>[];

/**
 * Returns whether all units that the customer keeps are delivered, and at least one unit is. Units that were returned
 * were delivered before, or came back in their parcel. A parcel without units holds a part of the order that is not
 * known: if there is one, all parcels of the order must be delivered or have come back.
 */
export function isDelivered({ lines }: { readonly lines: OrderedLines }, shipments: readonly ShipmentFacts[]): boolean {
  return areDelivered(lines, outboundParcels(shipments));
}

/**
 * Returns whether an order that counts as delivered still does: a parcel that was returned since had been delivered
 * before, and `deliveredAt`, the time of its delivery, is that of its newest parcel.
 */
export function isStillDelivered(
  { lines }: { readonly lines: OrderedLines },
  shipments: readonly ShipmentFacts[],
  deliveredAt: number,
): boolean {
  const parcels = outboundParcels(shipments).map((parcel) => ({ ...parcel, deliveredAt: parcel.arrivedAt }));
  return areDelivered(lines, parcels) && newestDelivery(parcels) === deliveredAt;
}

function areDelivered(lines: OrderedLines, parcels: readonly OutboundParcel[]): boolean {
  const hasKeptUnits = lines.some(({ quantity, cancelled, returned }) => quantity > cancelled + returned);
  if (!hasKeptUnits || !parcels.some(({ deliveredAt }) => deliveredAt !== null)) return false;
  if (parcels.some(({ units }) => units === null)) return parcels.every(hasEnded);
  const delivered = sumUnits(parcels.filter(({ deliveredAt }) => deliveredAt !== null));
  const cameBack = sumUnits(parcels.filter(isBack));
  return lines.every(({ id, quantity, cancelled, returned }) => {
    const returnedInParcels = Math.min(cameBack.get(id) ?? 0, returned);
    return (delivered.get(id) ?? 0) + returnedInParcels >= quantity - cancelled;
  });
}

/** Returns when the newest parcel of an order was delivered, in milliseconds since 1970 (UTC); −Infinity if none was. */
export function lastDelivery(shipments: readonly ShipmentFacts[]): number {
  return newestDelivery(outboundParcels(shipments));
}

function newestDelivery(parcels: readonly OutboundParcel[]): number {
  return Math.max(...parcels.map(({ deliveredAt }) => deliveredAt ?? -Infinity));
}

function outboundParcels(shipments: readonly ShipmentFacts[]): OutboundParcel[] {
  return shipments.flatMap((shipment) => {
    const { newest } = shipment;
    if (newest === null || newest.record.kind === 'RETURN') return [];
    const { status, deliveredAt, arrivedAt } = stateOfShipment(shipment);
    return status === 'VOIDED' ? [] : [{ units: newest.record.units, status, deliveredAt, arrivedAt }];
  });
}

function isBack({ status }: OutboundParcel): boolean {
  return status === 'RETURNING' || status === 'RETURNED';
}

function hasEnded(parcel: OutboundParcel): boolean {
  return parcel.deliveredAt !== null || isBack(parcel);
}

function sumUnits(parcels: readonly OutboundParcel[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { units } of parcels)
    for (const { lineId, quantity } of units ?? []) sums.set(lineId, (sums.get(lineId) ?? 0) + quantity);
  return sums;
}
