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
import { groupBy } from '../learn/group-by';
import { canonicalJson } from '../platform/canonical-json';
import {
  numberOfNotice,
  recordOfEvent,
  scanOfEvent,
  voidOfEvent,
  type RecordedScan,
  type ScanVoid,
  type EventArrival,
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

/** What the state of a shipment follows from. */
export type ShipmentFacts = Pick<TrackedShipment, 'newest' | 'scans' | 'voids'>;

/** What was noticed. Times are in milliseconds since 1970 (UTC). */
export interface Noticed {
  readonly parcel_exception?: number;
  /** When the parcel that was stuck had been heard of last. */
  readonly parcel_stuck?: number;
  readonly delivery?: DeliveryNotice;
  readonly late?: LateNotice;
  /** When each promise was recorded first, by the promised time. Of too many, the latest promises are retained. */
  readonly promises?: Readonly<Record<number, PromiseReceipt>>;
  /** When the newest record with its promise was recorded, unless its promise is retained and was recorded then first. */
  readonly newestPromise?: PromiseReceipt;
}

/** The newest notice that the parcel is delivered. */
interface DeliveryNotice {
  /** 1 for the first time. */
  readonly number: number;
  /** The time of its event. */
  readonly at: number;
  /** Whether it turned out to be wrong. */
  readonly isWithdrawn: boolean;
}

/** The newest notice that the parcel is late. */
export interface LateNotice extends DeliveryNotice {
  /** The promise that was broken. */
  readonly promisedAt: number;
}

interface PromiseReceipt {
  /** When the shop recorded the promise: its receipt; of an imported record, when the record became true. */
  readonly recordedAt: number;
  readonly receivedAt: number;
}

/** Maximum number of promises that are retained of a shipment. */
const MAX_PROMISES = 100;

/**
 * Returns the shipment after some of its events. A shipment with the maximum number of scans has left some out, which
 * count again when others are voided or move: then `events` must be all of its events.
 * @param shipment undefined if there were no events before
 * @param arrivalOf how each of the events came into the log
 */
export function addEvents<Event extends StoredEvent>(
  shipment: TrackedShipment | undefined,
  events: readonly Event[],
  arrivalOf: (event: Event) => EventArrival,
): TrackedShipment {
  let newest = shipment?.newest ?? null;
  const scans = [...(shipment?.scans ?? [])];
  let voided = shipment?.voids.shipment ?? null;
  const voidedScans = new Map(shipment?.voids.scans.map((each) => [each.scanId, each]));
  let startedAt = shipment?.startedAt ?? Infinity;
  let noticed = shipment?.noticed ?? {};
  for (const event of events) {
    if (isParcelNotice(event.name)) {
      noticed = { ...noticed, ...noticeOf(event, event.name, noticed) };
      continue;
    }
    if (event.name === SHIPMENT_VOIDED) {
      voided = newerVoid(voidOfEvent(event), voided);
      continue;
    }
    if (event.name === SCAN_VOIDED) {
      const scanVoid = voidOfEvent<ScanVoid>(event);
      voidedScans.set(scanVoid.scanId, newerVoid(scanVoid, voidedScans.get(scanVoid.scanId)));
      continue;
    }
    startedAt = Math.min(startedAt, event.occurredAt);
    if (event.name === PARCEL_SCANNED) {
      scans.push(scanOfEvent(event, arrivalOf(event)));
      continue;
    }
    const versioned = recordOfEvent(event);
    const { receivedAt, backfill } = arrivalOf(event);
    const receipt = { receivedAt, recordedAt: backfill ? versioned.updatedAt : receivedAt };
    const isNewest = newest === null || versioned.updatedAt > newest.updatedAt;
    const ofNewest = isNewest ? receipt : recordingOfPromise(newest, noticed, 'newest');
    if (isNewest) newest = versioned;
    noticed = withPromise(noticed, versioned.record.promisedAt, receipt);
    noticed = withNewestPromise(noticed, newest!.record.promisedAt, ofNewest);
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
  const none = { deliveredAt: null, arrivedAt: null, firstArrivedAt: null };
  return { ...state, status: 'VOIDED', statusAt: voids.shipment!.voidedAt, ...none };
}

/**
 * Returns the promise that a shipment has broken or may still break, in milliseconds since 1970 (UTC); null if there is
 * none, or it was delivered by then: it stays in time if it moves or returns afterwards.
 */
export function openPromise(shipment: ShipmentFacts): number | null {
  const { status, firstArrivedAt } = stateOfShipment(shipment);
  const promisedAt = shipment.newest?.record.promisedAt ?? null;
  if (promisedAt === null || status === 'VOIDED') return null;
  return firstArrivedAt !== null && firstArrivedAt <= promisedAt ? null : promisedAt;
}

/** Returns whether a shipment is late. @param asOf in milliseconds since 1970 (UTC) */
export function isLate(shipment: ShipmentFacts, asOf: number): boolean {
  const promisedAt = openPromise(shipment);
  return promisedAt !== null && (stateOfShipment(shipment).firstArrivedAt ?? asOf) > promisedAt;
}

/**
 * Returns what an event says was noticed, if it is newer than what was noticed before. A withdrawal may be later than the
 * notice, whose time it then has as `since`.
 */
function noticeOf(
  { id, occurredAt, properties }: StoredEvent,
  name: ParcelNotice,
  { late, delivery, ...noticed }: Noticed,
): Noticed {
  const number = numberOfNotice(id);
  const { since: at = occurredAt, promisedAt = at } = (properties ?? {}) as { since?: number; promisedAt?: number };
  const isNewer = (before: DeliveryNotice | undefined, isWithdrawn: boolean) =>
    before === undefined || number > before.number || (number === before.number && isWithdrawn);
  if (name === 'parcel_delivered' || name === 'parcel_delivered_withdrawn') {
    const isWithdrawn = name === 'parcel_delivered_withdrawn';
    return isNewer(delivery, isWithdrawn) ? { delivery: { number, at, isWithdrawn } } : {};
  }
  if (name === 'parcel_late' || name === 'parcel_late_withdrawn') {
    const isWithdrawn = name === 'parcel_late_withdrawn';
    return isNewer(late, isWithdrawn) ? { late: { number, at, promisedAt, isWithdrawn } } : {};
  }
  return { [name]: Math.max(noticed[name] ?? -Infinity, at) };
}

/**
 * Returns when the promise of the newest record was recorded; undefined without one.
 * @param which the first record with the promise, as far as it is known, or the newest record itself
 */
export function recordingOfPromise(
  newest: VersionedRecord | null,
  { promises, newestPromise }: Noticed,
  which: 'first' | 'newest',
): PromiseReceipt | undefined {
  const promisedAt = newest?.record.promisedAt;
  if (promisedAt == null) return undefined;
  const first = promises?.[promisedAt];
  return which === 'first' ? (first ?? newestPromise) : (newestPromise ?? first);
}

function withPromise(noticed: Noticed, promisedAt: number | null, receipt: PromiseReceipt): Noticed {
  if (promisedAt === null) return noticed;
  const known = noticed.promises?.[promisedAt] ?? receipt;
  const first = {
    recordedAt: Math.min(known.recordedAt, receipt.recordedAt),
    receivedAt: Math.min(known.receivedAt, receipt.receivedAt),
  };
  const all = Object.entries<PromiseReceipt>({ ...noticed.promises, [promisedAt]: first });
  const latest = all.sort(([a], [b]) => Number(b) - Number(a)).slice(0, MAX_PROMISES);
  return { ...noticed, promises: Object.fromEntries(latest) };
}

function withNewestPromise(
  { newestPromise: _, ...noticed }: Noticed,
  promisedAt: number | null,
  receipt: PromiseReceipt | undefined,
): Noticed {
  if (promisedAt === null || receipt === undefined) return noticed;
  const first = noticed.promises?.[promisedAt];
  const isKnown = first?.recordedAt === receipt.recordedAt && first.receivedAt === receipt.receivedAt;
  return isKnown ? noticed : { ...noticed, newestPromise: receipt };
}

/** Groups the events of shipments by shipment, and leaves out all other events. */
export function eventsByShipment<Event extends StoredEvent>(events: readonly Event[]): Map<string, Event[]> {
  return groupBy(events.filter(isShipmentEvent), ({ id }) => shipmentIdOf(id));
}
