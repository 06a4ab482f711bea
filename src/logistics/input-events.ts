import type { FieldFault } from '../events/field-faults';
import type { StoredEvent } from '../events/stored-event';
import { withShownTexts } from '../graphql/shown-text';
import { faultOfScan, faultOfShipment } from './check-shipment';
import { eventOfRecord, eventOfScan } from './shipment-event';
import type { AddressInput, ScanInput, ShipmentInput } from './shipment-input.type';

/** Stored characters of a postcode: enough for a region, not for a street. */
const POSTCODE_PREFIX = 3;

/**
 * Returns the event that records a shipment, or the first error that does not depend on stored data.
 * @param now milliseconds since 1970, the default of `updatedAt`
 */
export function eventOfShipmentInput(given: ShipmentInput, now: number): StoredEvent | FieldFault {
  const input = {
    ...withShownTexts(given, ['service', 'trackingNumber', 'trackingUrl']),
    carrier: given.carrier.trim(),
    origin: shownAddress(given.origin),
    destination: shownAddress(given.destination),
  };
  const record = {
    orderId: input.orderId,
    kind: input.kind ?? 'OUTBOUND',
    carrier: input.carrier,
    service: input.service ?? null,
    trackingNumber: input.trackingNumber ?? null,
    trackingUrl: input.trackingUrl ?? null,
    origin: input.origin?.name ?? null,
    originCountry: input.origin?.country ?? null,
    originPostcodePrefix: postcodePrefixOf(input.origin),
    destination: input.destination?.name ?? null,
    country: input.destination?.country ?? null,
    postcodePrefix: postcodePrefixOf(input.destination),
    promisedAt: input.promisedAt?.getTime() ?? null,
    units: input.units?.map(({ lineId, quantity }) => ({ lineId, quantity })) ?? null,
  };
  const updatedAt = input.updatedAt?.getTime() ?? now;
  return faultOfShipment(input, now) ?? eventOfRecord(input.id, { updatedAt, record });
}

/**
 * Returns the event that records a scan, or the first error that does not depend on stored data.
 * @param now milliseconds since 1970
 */
export function eventOfScanInput(given: ScanInput, now: number): StoredEvent | FieldFault {
  const input = withShownTexts(given, ['timeZone', 'place', 'rawCode', 'description']);
  const scan = {
    type: input.type,
    at: input.occurredAt.getTime(),
    timeZone: input.timeZone ?? null,
    place: input.place ?? null,
    rawCode: input.rawCode ?? null,
    description: input.description ?? null,
  };
  return faultOfScan(input, now) ?? eventOfScan(input.shipmentId, input.id ?? null, scan);
}

export function isFieldFault(item: StoredEvent | FieldFault): item is FieldFault {
  return 'code' in item;
}

function shownAddress(address: AddressInput | null | undefined): AddressInput | null | undefined {
  return address && withShownTexts(address, ['name', 'country', 'postcode']);
}

function postcodePrefixOf(address: AddressInput | null | undefined): string | null {
  // By code points: half of a surrogate pair can't be stored.
  const characters = [...(address?.postcode?.replaceAll(/\s/g, '') ?? '')].slice(0, POSTCODE_PREFIX);
  return characters.length === 0 ? null : characters.join('').toUpperCase();
}
