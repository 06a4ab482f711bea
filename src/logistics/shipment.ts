import {
  isParcelNotice,
  isShipmentEvent,
  PARCEL_SCANNED,
  SCAN_VOIDED,
  SHIPMENT_VOIDED,
  shipmentIdOf,
  type ParcelNotice,
} from '../events/log-event';
import type { StoredEvent } from '../events/stored-event';
import { canonicalJson } from '../platform/canonical-json';
import {
  recordOfEvent,
  scanOfEvent,
  voidOfEvent,
  type RecordedScan,
  type ScanVoid,
  type VersionedRecord,
  type Void,
} from './shipment-event';
import { isVoided, sortScans, stateOf, type ShipmentState } from './shipment-state';

/** Everything that is known of a shipment. It depends only on the set of its events, not on their order. */
export interface TrackedShipment {
  readonly id: string;
  /** The newest record; null while only scans have arrived. */
  readonly newest: VersionedRecord | null;
  /** In the order of {@link sortScans}. */
  readonly scans: readonly RecordedScan[];
  readonly voids: ShipmentVoids;
  /** The time of the first record or scan, in milliseconds since 1970 (UTC). */
  readonly startedAt: number;
  /**
   * What was noticed: the newest time of each notice, in milliseconds since 1970 (UTC). That of a parcel that was stuck is
   * when it had been heard of last.
   */
  readonly noticed: Noticed;
}

/** What the shop has voided of a shipment: of each part, the void of the newest version. */
export interface ShipmentVoids {
  readonly shipment: Void | null;
  /** By the ids of the scans. */
  readonly scans: readonly ScanVoid[];
}

export type Noticed = Readonly<Partial<Record<ParcelNotice, number>>>;

/** What the state of a shipment follows from. */
export type ShipmentFacts = Pick<TrackedShipment, 'newest' | 'scans' | 'voids'>;

/**
 * Returns the shipment after some of its events. A shipment with the maximum number of scans has left some out, which
 * count again when others are voided or move: then `events` must be all of its events.
 * @param shipment undefined if there were no events before
 * @param receivedAt when an event was received, in milliseconds since 1970 (UTC)
 */
export function addEvents<E extends StoredEvent>(
  shipment: TrackedShipment | undefined,
  events: readonly E[],
  receivedAt: (event: E) => number,
): TrackedShipment {
  let newest = shipment?.newest ?? null;
  const scans = [...(shipment?.scans ?? [])];
  let voided = shipment?.voids.shipment ?? null;
  const voidedScans = new Map(shipment?.voids.scans.map((each) => [each.scanId, each]));
  let startedAt = shipment?.startedAt ?? Infinity;
  const noticed = { ...shipment?.noticed };
  for (const event of events) {
    if (isParcelNotice(event.name)) {
      const { since } = event.properties as { readonly since?: number };
      noticed[event.name] = Math.max(noticed[event.name] ?? -Infinity, since ?? event.occurredAt);
    } else if (event.name === SHIPMENT_VOIDED) voided = newerVoid(voidOfEvent(event), voided);
    else if (event.name === SCAN_VOIDED) {
      const scanVoid = voidOfEvent<ScanVoid>(event);
      voidedScans.set(scanVoid.scanId, newerVoid(scanVoid, voidedScans.get(scanVoid.scanId)));
    } else {
      startedAt = Math.min(startedAt, event.occurredAt);
      if (event.name === PARCEL_SCANNED) scans.push(scanOfEvent(event, receivedAt(event)));
      else if (newest === null || event.occurredAt > newest.updatedAt) newest = recordOfEvent(event);
    }
  }
  const id = shipment?.id ?? shipmentIdOf(events[0]!.id);
  const voids = {
    shipment: voided,
    scans: [...voidedScans.values()].sort((a, b) => (a.scanId < b.scanId ? -1 : 1)),
  };
  return { id, newest, scans: sortScans(scans, voids.scans), voids, startedAt, noticed };
}

/** Returns the void of the newer version. */
function newerVoid<V extends Void>(a: V, b: V | null | undefined): V {
  if (b == null) return a;
  const difference = a.updatedAt - b.updatedAt || a.voidedAt - b.voidedAt;
  return difference > 0 || (difference === 0 && canonicalJson(a) > canonicalJson(b)) ? a : b;
}

/** Returns the state of a shipment: that of its scans, unless it is voided. */
export function stateOfShipment({ newest, scans, voids }: ShipmentFacts): ShipmentState {
  const state = stateOf(scans);
  if (newest === null || !isVoided(newest, voids.shipment)) return state;
  return { ...state, status: 'VOIDED', statusAt: voids.shipment!.voidedAt, deliveredAt: null, arrivedAt: null };
}

/** Groups the events of shipments by shipment, and leaves out all other events. */
export function eventsByShipment<E extends StoredEvent>(events: readonly E[]): Map<string, E[]> {
  const groups = new Map<string, E[]>();
  for (const event of events) {
    if (!isShipmentEvent(event)) continue;
    const id = shipmentIdOf(event.id);
    const group = groups.get(id);
    if (group) group.push(event);
    else groups.set(id, [event]);
  }
  return groups;
}
