import { badItem, type FieldFault } from '../events/field-faults';
import type { StoredEvent } from '../events/stored-event';
import { isVisible } from '../graphql/id';
import { withShownTexts } from '../graphql/shown-text';
import type { CarrierCodesReadModel } from './carrier-codes.read-model';
import { faultOfScan, faultOfShipment } from './check-shipment';
import type { ScanType } from './parcel';
import { postcodePrefixOf, shownAddress } from './shipment-address';
import { instantOfScan } from './scan-time';
import { eventOfRecord, eventOfScan } from './shipment-event';
import type { ScanInput, ShipmentInput } from './shipment-input.type';
import { withoutRecipient, withoutSigner } from './without-recipient';

/** Why an item is not accepted. */
export type LogisticsFault = Omit<FieldFault, 'code'> & { readonly code: FieldFault['code'] | 'NOT_FOUND' };

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
  const fault = faultOfShipment(input, now);
  if (fault !== undefined) return fault;
  const carrier = withoutSigner(input.carrier);
  if (!isVisible(carrier)) return badItem('carrier must name a carrier, not who has received the parcel', 'carrier');
  const record = {
    orderId: input.orderId,
    kind: input.kind ?? 'OUTBOUND',
    carrier,
    service: withoutSigner(input.service ?? '') || null,
    trackingNumber: input.trackingNumber ?? null,
    trackingUrl: input.trackingUrl ?? null,
    origin: storedText(input.origin?.name),
    originCountry: input.origin?.country ?? null,
    originPostcodePrefix: postcodePrefixOf(input.origin),
    destination: storedText(input.destination?.name),
    country: input.destination?.country ?? null,
    postcodePrefix: postcodePrefixOf(input.destination),
    promisedAt: input.promisedAt?.getTime() ?? null,
    units: input.units?.map(({ lineId, quantity }) => ({ lineId, quantity })) ?? null,
  };
  const updatedAt = input.updatedAt?.getTime() ?? now;
  return eventOfRecord(input.id, { updatedAt, record });
}

/**
 * Returns the event that records a scan, or the first error that does not depend on stored data. The event has the type,
 * so that a later change of the codes changes nothing that is recorded.
 * @param now milliseconds since 1970
 */
export function eventOfScanInput(
  given: ScanInput,
  now: number,
  codes: Pick<CarrierCodesReadModel, 'typeOf'>,
): StoredEvent | LogisticsFault {
  const input = withShownTexts(given, ['timeZone', 'place', 'rawCode', 'carrier', 'description']);
  const occurredAt = instantOfScan(input.occurredAt, input.timeZone);
  if (!(occurredAt instanceof Date)) return occurredAt;
  const fault = faultOfScan(input, occurredAt, now);
  if (fault !== undefined) return fault;
  const type = typeOfScan(input, codes);
  if (typeof type !== 'string') return type;
  const scan = {
    type,
    at: occurredAt.getTime(),
    timeZone: input.timeZone ?? null,
    place: storedText(input.place),
    rawCode: storedText(input.rawCode),
    description: storedText(input.description),
    updatedAt: input.updatedAt?.getTime() ?? null,
  };
  return eventOfScan(input.shipmentId, input.id ?? null, scan);
}

/** Returns a text of a carrier as it is stored: without who has received the parcel; null if nothing remains. */
function storedText(text: string | null | undefined): string | null {
  return withoutRecipient(text ?? '') || null;
}

function typeOfScan(
  { type, rawCode, carrier }: ScanInput,
  codes: Pick<CarrierCodesReadModel, 'typeOf'>,
): ScanType | LogisticsFault {
  if (type != null) return type;
  if (rawCode == null) return badItem('type or rawCode is required', 'type');
  const found = codes.typeOf(carrier, rawCode);
  if (found != null) return found;
  const code = JSON.stringify(withoutRecipient(rawCode));
  if (found === null)
    return badItem(`the code ${code} says nothing about the parcel: leave the scan out, or send its type`, 'rawCode');
  const message = `the code ${code} is unknown: define it with upsertCarrierCodes, or send the type of the scan`;
  return { code: 'NOT_FOUND', message, path: 'rawCode' };
}

export function isLogisticsFault(item: StoredEvent | LogisticsFault): item is LogisticsFault {
  return 'code' in item;
}
