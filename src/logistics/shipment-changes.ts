import { subjectOfShipment } from '../events/log-event';
import type { ContentNotification } from '../webhooks/delivery.store';
import { isLate, stateOfShipment, type TrackedShipment } from './shipment';
import type { ShipmentStatus } from './shipment-state';

/** The statuses that a customer should hear of. */
const ANNOUNCED: readonly ShipmentStatus[] = [
  ...(['PICKED_UP', 'OUT_FOR_DELIVERY', 'DELIVERY_ATTEMPTED', 'AVAILABLE_FOR_PICKUP', 'DELIVERED'] as const),
  ...(['EXCEPTION', 'RETURNING', 'RETURNED', 'LOST', 'VOIDED'] as const),
];
/** A status that was reached longer ago is history, which the shop has recorded afterwards. */
const MAX_AGE_MS = 2 * 86_400_000;

/**
 * Returns what webhooks receive of a shipment after a batch of its events: that it has reached a status, that its delivery
 * was taken back, or that it is late or no longer. Several scans of one batch are one change.
 * @param revision of the shipment after the batch
 * @param now in milliseconds since 1970 (UTC)
 */
export function changeOfShipment(
  before: TrackedShipment | undefined,
  after: TrackedShipment,
  revision: number,
  now: number,
): ContentNotification | undefined {
  const record = after.newest?.record;
  if (record === undefined) return undefined;
  const [wasLate, late] = [before?.noticed.late, after.noticed.late];
  const isNewLate = late?.number !== wasLate?.number || late?.isWithdrawn !== wasLate?.isWithdrawn;
  const isWithdrawal = isNewLate && late?.isWithdrawn === true;
  // What was said of a parcel before it became a return is withdrawn also afterwards.
  if (record.kind !== 'OUTBOUND' && !isWithdrawal) return undefined;
  const { status, statusAt, place, deliveredAt } = stateOfShipment(after);
  const former = before === undefined || before.newest === null ? 'PENDING' : stateOfShipment(before).status;
  const isNews = former === 'DELIVERED' || (ANNOUNCED.includes(status) && (statusAt ?? 0) >= now - MAX_AGE_MS);
  const isNewStatus = record.kind === 'OUTBOUND' && status !== former && isNews;
  if (!isNewStatus && !isNewLate) return undefined;
  const { orderId, carrier, service, trackingNumber, trackingUrl, promisedAt } = record;
  const shipment = {
    ...{ id: after.id, orderId, carrier, service, trackingNumber, trackingUrl, status, place },
    ...{ statusAt: isoTime(statusAt), deliveredAt: isoTime(deliveredAt), promisedAt: isoTime(promisedAt) },
    isLate: record.kind === 'OUTBOUND' && isLate(after, now),
  };
  const type = isNewStatus ? 'shipment.status' : isWithdrawal ? 'shipment.late_withdrawn' : 'shipment.late';
  return { subject: subjectOfShipment(after.id), revision, content: { type, shipment } };
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
