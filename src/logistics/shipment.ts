import {
  isParcelNotice,
  isShipmentEvent,
  SHIPMENT_RECORDED,
  shipmentIdOf,
  type ParcelNotice,
} from '../events/log-event';
import type { StoredEvent } from '../events/stored-event';
import { recordOfEvent, scanOfEvent, type RecordedScan, type VersionedRecord } from './shipment-event';
import { sortScans } from './shipment-state';

/** Everything that is known of a shipment. It depends only on the set of its events, not on their order. */
export interface TrackedShipment {
  readonly id: string;
  /** The newest record; null while only scans have arrived. */
  readonly newest: VersionedRecord | null;
  /** In the order of {@link sortScans}. */
  readonly scans: readonly RecordedScan[];
  /** The time of the first record or scan, in milliseconds since 1970 (UTC). */
  readonly startedAt: number;
  /**
   * What was noticed: the newest time of each notice, in milliseconds since 1970 (UTC). That of a parcel that was stuck is
   * when it had been heard of last.
   */
  readonly noticed: Noticed;
}

export type Noticed = Readonly<Partial<Record<ParcelNotice, number>>>;

/** Returns the shipment after some of its events. @param shipment undefined if there were no events before */
export function addEvents(shipment: TrackedShipment | undefined, events: readonly StoredEvent[]): TrackedShipment {
  let newest = shipment?.newest ?? null;
  const scans = [...(shipment?.scans ?? [])];
  let startedAt = shipment?.startedAt ?? Infinity;
  const noticed = { ...shipment?.noticed };
  for (const event of events) {
    if (isParcelNotice(event.name)) {
      const { since } = event.properties as { readonly since?: number };
      noticed[event.name] = Math.max(noticed[event.name] ?? -Infinity, since ?? event.occurredAt);
      continue;
    }
    startedAt = Math.min(startedAt, event.occurredAt);
    if (event.name !== SHIPMENT_RECORDED) scans.push(scanOfEvent(event));
    else if (newest === null || event.occurredAt > newest.updatedAt) newest = recordOfEvent(event);
  }
  const id = shipment?.id ?? shipmentIdOf(events[0]!.id);
  return { id, newest, scans: sortScans(scans), startedAt, noticed };
}

/** Groups the events of shipments by shipment, and leaves out all other events. */
export function eventsByShipment(events: readonly StoredEvent[]): Map<string, StoredEvent[]> {
  const groups = new Map<string, StoredEvent[]>();
  for (const event of events) {
    if (!isShipmentEvent(event)) continue;
    const id = shipmentIdOf(event.id);
    const group = groups.get(id);
    if (group) group.push(event);
    else groups.set(id, [event]);
  }
  return groups;
}
