import { BUILT_IN_CODES } from '../logistics/carrier-codes.read-model';
import { isLogisticsFault, eventOfScanInput, eventOfShipmentInput } from '../logistics/input-events';
import { ScanInput, ShipmentInput } from '../logistics/shipment-input.type';
import { MAX_SCANS } from '../logistics/shipment-state';
import type { InputFault } from '../graphql/coerce-item';
import { coercerOf } from '../graphql/input-type';

/** A scan of a file. A local time has become an instant. */
export type ImportedScan = ScanInput & { readonly occurredAt: Date };

/** A shipment of a file, with its scans. */
export interface ImportedShipment {
  readonly shipment: ShipmentInput;
  readonly scans: readonly ImportedScan[];
}

const coerceShipment = coercerOf(ShipmentInput);
const coerceScan = coercerOf(ScanInput);

/**
 * Reads a shipment and its scans as GraphQL reads their inputs, and checks them as the mutations do. The time of the
 * first scan is the default of `updatedAt`, so that a repeated import of a file changes nothing.
 * @param record an object with the fields of `ShipmentInput`
 * @param scans a list of objects with the fields of `ScanInput`; `shipmentId` may be left out
 * @param now milliseconds since 1970
 */
export function readShipment(record: object, scans: unknown, now: number): ImportedShipment | { fault: InputFault } {
  const shipment = coerceShipment(record);
  if ('fault' in shipment) return shipment;
  const recordEvent = eventOfShipmentInput(shipment.value, now);
  if (isLogisticsFault(recordEvent)) return { fault: recordEvent };
  const { id } = shipment.value;
  if (!Array.isArray(scans)) return faultAt('scans', 'scans must be a list');
  if (scans.length > MAX_SCANS)
    return faultAt('scans', `scans must have at most ${MAX_SCANS} items; got ${scans.length}`);
  const scanInputs: ImportedScan[] = [];
  for (const [index, given] of (scans as readonly unknown[]).entries()) {
    const item = typeof given === 'object' && !Array.isArray(given) ? { shipmentId: id, ...given } : given;
    const scan = coerceScan(item);
    if ('fault' in scan) return scanFault(index, scan.fault);
    if (scan.value.shipmentId !== id)
      return scanFault(index, { path: 'shipmentId', message: 'shipmentId must be the id of the shipment' });
    const event = eventOfScanInput(scan.value, now, BUILT_IN_CODES);
    if (isLogisticsFault(event)) return scanFault(index, event);
    scanInputs.push({ ...scan.value, occurredAt: new Date(event.occurredAt) });
  }
  const updatedAt = shipment.value.updatedAt ?? firstTime(scanInputs);
  if (updatedAt === undefined)
    return faultAt('updatedAt', 'updatedAt is missing: a shipment without scans in a file requires it');
  return { shipment: { ...shipment.value, updatedAt }, scans: scanInputs };
}

function firstTime(scans: readonly ImportedScan[]): Date | undefined {
  return scans.length === 0 ? undefined : new Date(Math.min(...scans.map(({ occurredAt }) => occurredAt.getTime())));
}

function faultAt(path: string, message: string): { fault: InputFault } {
  return { fault: { path, message } };
}

function scanFault(index: number, { path, message }: InputFault): { fault: InputFault } {
  const scan = `scans[${index}]`;
  if (path === undefined) return faultAt(scan, message);
  return faultAt(`${scan}.${path}`, message.startsWith(path) ? `${scan}.${message}` : message);
}
