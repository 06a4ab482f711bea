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
  readonly noticed: Noticed;
}

/** What the shop has voided of a shipment: of each part, the void of the newest version. */
export interface ShipmentVoids {
  readonly shipment: Void | null;
  /** By the ids of the scans. */
  readonly scans: readonly ScanVoid[];
}

/**
 * What was noticed: the newest time of each notice, in milliseconds since 1970 (UTC). That of a parcel that was stuck is
 * when it had been heard of last.
 */
export interface Noticed extends Readonly<Partial<Record<OtherNotice, number>>> {
  readonly delivery?: NoticedDelivery;
}

type DeliveryNotice = 'parcel_delivered' | 'parcel_delivered_withdrawn';
type OtherNotice = Exclude<ParcelNotice, DeliveryNotice>;

/** The newest delivery that was noticed. */
export interface NoticedDelivery {
  /** From 1. */
  readonly number: number;
  /** In milliseconds since 1970 (UTC). */
  readonly at: number;
  /** Whether it was noticed, too, that it turned out to be none, or to have another time. */
  readonly isWithdrawn: boolean;
}

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
  const noticed: Mutable<Noticed> = { ...shipment?.noticed };
  for (const event of events) {
    const { name } = event;
    if (isDeliveryNotice(name)) noticed.delivery = newerDelivery(deliveryOfEvent(event), noticed.delivery);
    else if (isOtherNotice(name)) {
      const { since } = event.properties as { readonly since?: number };
      noticed[name] = Math.max(noticed[name] ?? -Infinity, since ?? event.occurredAt);
    } else if (name === SHIPMENT_VOIDED) voided = newerVoid(voidOfEvent(event), voided);
    else if (name === SCAN_VOIDED) {
      const scanVoid = voidOfEvent<ScanVoid>(event);
      voidedScans.set(scanVoid.scanId, newerVoid(scanVoid, voidedScans.get(scanVoid.scanId)));
    } else {
      startedAt = Math.min(startedAt, event.occurredAt);
      if (name === PARCEL_SCANNED) scans.push(scanOfEvent(event, receivedAt(event)));
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

function isDeliveryNotice(name: string | undefined): name is DeliveryNotice {
  return name === 'parcel_delivered' || name === 'parcel_delivered_withdrawn';
}

function isOtherNotice(name: string | undefined): name is OtherNotice {
  return isParcelNotice(name) && !isDeliveryNotice(name);
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Returns the delivery that a notice is about. */
function deliveryOfEvent({ id, name, occurredAt }: StoredEvent): NoticedDelivery {
  const number = Number(id.split(':')[2] ?? 1);
  return { number, at: occurredAt, isWithdrawn: name === 'parcel_delivered_withdrawn' };
}

function newerDelivery(a: NoticedDelivery, b: NoticedDelivery | undefined): NoticedDelivery {
  if (b === undefined) return a;
  return a.number > b.number || (a.number === b.number && a.isWithdrawn) ? a : b;
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
