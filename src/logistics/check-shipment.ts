import { isLongerThan } from '../expressions/code-points';
import {
  badItem,
  faultOfEventIdPart,
  faultOfQuantity,
  faultOfTexts,
  faultOfTime,
  type FieldFault,
} from '../events/field-faults';
import { isVisible } from '../graphql/id';
import { isWebUrl } from '../graphql/storable';
import { COUNTRY_FORM, readCountry } from '../platform/codes';
import type { AddressInput, ScanInput, ShipmentInput, ShippedUnitsInput } from './shipment-input.type';

const MAX_UNITS = 500;
const MAX_URL_LENGTH = 500;
const MAX_DESCRIPTION_LENGTH = 500;
/** A promise may be this far in the future. */
const MAX_PROMISE_MS = 366 * 86_400_000;

/** Returns the first error of a shipment that does not depend on stored data. @param now milliseconds since 1970 */
export function faultOfShipment(input: ShipmentInput, now: number): FieldFault | undefined {
  return (
    faultOfEventIdPart('id', input.id, ':') ??
    (isVisible(input.carrier) ? undefined : badItem('carrier must not be blank', 'carrier')) ??
    faultOfTexts(input, ['carrier', 'service', 'trackingNumber']) ??
    faultOfUrl(input.trackingUrl) ??
    faultOfAddress(input.origin, 'origin') ??
    faultOfAddress(input.destination, 'destination') ??
    faultOfTime(input.updatedAt, 'updatedAt', now) ??
    faultOfPromise(input.promisedAt, now) ??
    (input.units == null ? undefined : faultOfUnits(input.units))
  );
}

/**
 * Returns the first error of a scan that does not depend on stored data.
 * @param occurredAt the time of the scan
 * @param now milliseconds since 1970
 */
export function faultOfScan(input: ScanInput, occurredAt: Date, now: number): FieldFault | undefined {
  return (
    faultOfEventIdPart('shipmentId', input.shipmentId, ':') ??
    (input.id == null ? undefined : faultOfEventIdPart('id', input.id)) ??
    faultOfTime(occurredAt, 'occurredAt', now) ??
    faultOfTime(input.updatedAt, 'updatedAt', now) ??
    faultOfTexts(input, ['place', 'rawCode', 'carrier']) ??
    faultOfDescription(input.description)
  );
}

function faultOfPromise(promisedAt: Date | null | undefined, now: number): FieldFault | undefined {
  if (promisedAt != null && promisedAt.getTime() > now + MAX_PROMISE_MS)
    return badItem('promisedAt must be at most a year in the future', 'promisedAt');
  return faultOfTime(promisedAt, 'promisedAt', now + MAX_PROMISE_MS);
}

function faultOfUrl(url: string | null | undefined): FieldFault | undefined {
  if (url == null) return undefined;
  if (!isLongerThan(url, MAX_URL_LENGTH) && isWebUrl(url)) return undefined;
  return badItem(`trackingUrl must be an http or https URL of at most ${MAX_URL_LENGTH} characters`, 'trackingUrl');
}

/** @param name of the field, for messages */
export function faultOfAddress(address: AddressInput | null | undefined, name: string): FieldFault | undefined {
  if (address == null) return undefined;
  const country = faultOfCountry(address.country, `${name}.country`);
  if (country !== undefined) return country;
  const wrong = faultOfTexts(address, ['name', 'postcode']);
  return wrong && { ...wrong, path: `${name}.${wrong.path}` };
}

/** @param path of the field */
export function faultOfCountry(country: string | null | undefined, path: string): FieldFault | undefined {
  if (country == null || readCountry(country) !== undefined) return undefined;
  return badItem(`${path} must be ${COUNTRY_FORM}; got ${JSON.stringify(country.slice(0, 40))}`, path);
}

function faultOfUnits(units: readonly ShippedUnitsInput[]): FieldFault | undefined {
  if (units.length === 0) return badItem('units must not be empty: omit units if all of the order is inside', 'units');
  if (units.length > MAX_UNITS)
    return badItem(`units must have at most ${MAX_UNITS} items; got ${units.length}`, 'units');
  if (new Set(units.map(({ lineId }) => lineId)).size < units.length)
    return badItem('each lineId may occur only once', 'units');
  for (const [index, unit] of units.entries()) {
    const wrong = faultOfQuantity(unit.quantity);
    if (wrong) return { ...wrong, path: `units[${index}].${wrong.path}` };
  }
  return undefined;
}

function faultOfDescription(description: string | null | undefined): FieldFault | undefined {
  if (description == null || !isLongerThan(description, MAX_DESCRIPTION_LENGTH)) return undefined;
  return badItem(`description must have at most ${MAX_DESCRIPTION_LENGTH} characters`, 'description');
}
