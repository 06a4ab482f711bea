import { hash } from 'node:crypto';
import { PARCEL_SCANNED, SCAN_VOIDED, SHIPMENT_RECORDED, SHIPMENT_VOIDED } from '../events/log-event';
import type { StoredEvent } from '../events/stored-event';
import { MS_PER_HOUR } from '../learn/durations';
import { canonicalJson } from '../platform/canonical-json';
import type { ScanType } from './parcel';
import { stateOf } from './shipment-state';

export const SHIPMENT_KINDS = ['OUTBOUND', 'RETURN'] as const;
export type ShipmentKind = (typeof SHIPMENT_KINDS)[number];

/** What the shop has recorded of a shipment: one parcel of an order. */
export interface ShipmentRecord {
  readonly orderId: string;
  readonly kind: ShipmentKind;
  readonly carrier: string;
  readonly service: string | null;
  readonly trackingNumber: string | null;
  readonly trackingUrl: string | null;
  /** The warehouse or area that it is sent from. */
  readonly origin: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly originCountry: string | null;
  /** The first characters of the postcode of the origin. */
  readonly originPostcodePrefix: string | null;
  /** The parcel shop or locker that it is sent to, if any. */
  readonly destination: string | null;
  /** Country of the destination, ISO 3166-1 alpha-2. */
  readonly country: string | null;
  /** The first characters of the postcode of the destination. */
  readonly postcodePrefix: string | null;
  /** In milliseconds since 1970 (UTC). */
  readonly promisedAt: number | null;
  /** The units inside; null for all units of the order. */
  readonly units: readonly ShippedUnits[] | null;
}

/** Returns from where to where a shipment goes: its origin, and the country and region of its destination. */
export function laneOfRecord({ origin, originCountry, country, postcodePrefix }: ShipmentRecord): string {
  return [origin ?? originCountry ?? '', country ?? '', postcodePrefix ?? ''].join(' → ');
}

export interface ShippedUnits {
  readonly lineId: string;
  readonly quantity: number;
}

/** A scan of a parcel, as the shop has recorded it. */
export interface RecordedScan {
  /** The carrier's id of the scan; without one, a hash of its content, and its time. Unique within the shipment. */
  readonly id: string;
  /** When this became true, in milliseconds since 1970 (UTC). Of several versions of a scan, the newest counts. */
  readonly updatedAt: number;
  readonly type: ScanType;
  /** In milliseconds since 1970 (UTC). */
  readonly at: number;
  /** Time zone of the place, as an IANA name. */
  readonly timeZone: string | null;
  readonly place: string | null;
  /** The carrier's code. */
  readonly rawCode: string | null;
  readonly description: string | null;
}

/** A record of a shipment and when the shop has made it. Of several, the newest counts. */
export interface VersionedRecord {
  /** In milliseconds since 1970 (UTC). */
  readonly updatedAt: number;
  readonly record: ShipmentRecord;
}

/** What was voided: the version of the time `updatedAt`, and all older ones. Times are in milliseconds since 1970 (UTC). */
export interface Void {
  readonly updatedAt: number;
  readonly voidedAt: number;
  readonly reason: string;
}

/** A scan that was voided. */
export interface ScanVoid extends Void {
  readonly scanId: string;
}

/** How an event came into the log. */
export interface EventArrival {
  /** In milliseconds since 1970 (UTC). */
  readonly receivedAt: number;
  /** Whether the event was imported. */
  readonly backfill: boolean;
}

/** A scan as it is sent. Without `updatedAt`, the time at which it is received counts; of an import, its own. */
export type ScanContent = Omit<RecordedScan, 'id' | 'updatedAt'> & { readonly updatedAt?: number | null };

/** Returns the event that records a shipment. Its identity is the shipment and the time of the record. */
export function eventOfRecord(shipmentId: string, { updatedAt, record }: VersionedRecord): StoredEvent {
  return logisticsEvent(shipmentId, SHIPMENT_RECORDED, updatedAt, withoutNulls(record));
}

/**
 * Returns the event that records a scan. Its identity is its whole content, so that the log has each version of a scan
 * once: equal content is a repeat.
 * @param scanId the carrier's; null: the content and the time identify the scan
 */
export function eventOfScan(shipmentId: string, scanId: string | null, { at, ...content }: ScanContent): StoredEvent {
  const properties = withoutNulls({ ...content, scanId });
  return logisticsEvent(`${shipmentId}:${hashOf(properties)}`, PARCEL_SCANNED, at, properties);
}

/** Returns the event that voids a scan. */
export function eventOfScanVoid(shipmentId: string, { voidedAt, ...content }: ScanVoid): StoredEvent {
  return logisticsEvent(`${shipmentId}:${hashOf(content)}`, SCAN_VOIDED, voidedAt, { ...content });
}

/** Returns the event that voids a shipment. */
export function eventOfShipmentVoid(shipmentId: string, { voidedAt, ...content }: Void): StoredEvent {
  return logisticsEvent(`${shipmentId}:${hashOf(content)}`, SHIPMENT_VOIDED, voidedAt, { ...content });
}

/** Returns the id of the event that records a notice. @param number for which time the parcel is late or delivered; else 1 */
export function idOfNotice(shipmentId: string, name: string, number = 1): string {
  return number === 1 ? `${shipmentId}:${name}` : `${shipmentId}:${name}:${number}`;
}

/**
 * Returns the event that records a notice. What streams group and measure by is part of it.
 * @param number for which time the parcel is late or delivered; else 1
 */
export function eventOfNotice(
  {
    id,
    newest,
    scans,
  }: { readonly id: string; readonly newest: VersionedRecord | null; readonly scans: readonly RecordedScan[] },
  {
    name,
    at,
    since,
    number,
  }: { readonly name: string; readonly at: number; readonly since?: number; readonly number?: number },
): StoredEvent {
  const { carrier, service, origin, originCountry, country, promisedAt } = newest!.record;
  const from = scans.find(({ type }) => type !== 'LABEL_CREATED')?.at;
  const isDelivery = name === 'parcel_delivered';
  const { firstArrivedAt } = stateOf(scans);
  const properties = {
    ...{ carrier, service, origin: origin ?? originCountry, country },
    hours: isDelivery && from !== undefined && from < at ? (at - from) / MS_PER_HOUR : null,
    isOnTime: isDelivery && promisedAt !== null ? (firstArrivedAt ?? at) <= promisedAt : null,
    since: since ?? null,
    promisedAt: name === 'parcel_late' ? promisedAt : null,
  };
  return logisticsEvent(idOfNotice(id, name, number), name, at, withoutNulls(properties));
}

/** Returns the number in an id of {@link idOfNotice}. */
export function numberOfNotice(eventId: string): number {
  return Number(eventId.split(':')[2] ?? 1);
}

/** Returns the record of an event of {@link eventOfRecord}. */
export function recordOfEvent({ occurredAt, properties }: LoggedContent): VersionedRecord {
  return { updatedAt: occurredAt, record: { ...EMPTY_RECORD, ...(properties as unknown as ShipmentRecord) } };
}

/**
 * Returns the scan of an event of {@link eventOfScan}. The ids of earlier events end with the id of the carrier. Without
 * `updatedAt`, a scan that is imported is as old as it says, so that it neither undoes a void nor replaces what was sent.
 */
export function scanOfEvent(
  { id: eventId, occurredAt: at, properties }: LoggedScanEvent,
  { receivedAt, backfill }: EventArrival,
): RecordedScan {
  const { scanId, updatedAt, ...content } = properties as unknown as LoggedScan;
  const key = eventId.slice(eventId.indexOf(':') + 1);
  const carriersId = scanId ?? (key === hashOf(properties!) ? undefined : key);
  const id = carriersId ?? `${hashOf(content)}@${at}`;
  return { ...EMPTY_SCAN, ...content, id, at, updatedAt: updatedAt ?? (backfill ? at : receivedAt) };
}

/** Returns the void of an event of {@link eventOfScanVoid} or {@link eventOfShipmentVoid}. */
export function voidOfEvent<V extends Void>({ occurredAt, properties }: LoggedContent): V {
  return { ...properties, voidedAt: occurredAt } as unknown as V;
}

/** The properties of a scan's event. */
type LoggedScan = Omit<RecordedScan, 'id' | 'at' | 'updatedAt'> & {
  readonly scanId?: string;
  readonly updatedAt?: number;
};
type LoggedContent = Pick<StoredEvent, 'occurredAt' | 'properties'>;
type LoggedScanEvent = Pick<StoredEvent, 'id' | 'occurredAt' | 'properties'>;

function hashOf(properties: object): string {
  return hash('sha256', canonicalJson(properties), 'base64url').slice(0, 16);
}

const EMPTY_RECORD = {
  ...{ service: null, trackingNumber: null, trackingUrl: null, origin: null, originCountry: null },
  ...{
    originPostcodePrefix: null,
    destination: null,
    country: null,
    postcodePrefix: null,
    promisedAt: null,
    units: null,
  },
};
const EMPTY_SCAN = { timeZone: null, place: null, rawCode: null, description: null };

function logisticsEvent(
  id: string,
  name: string,
  occurredAt: number,
  properties: Readonly<Record<string, unknown>>,
): StoredEvent {
  return { source: 'LOGISTICS', id, type: 'CUSTOM', name, occurredAt, quantity: 1, properties };
}

function withoutNulls(content: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null));
}
