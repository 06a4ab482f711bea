import type { ImportLine, LineReader } from './import-file';
import { readShipment } from './imported-shipment';
import { isRejected, parseJsonObject, withFieldName } from './json-line';

/**
 * Reads shipments from JSON lines: one object per line with the fields of GraphQL's `ShipmentInput`, and `scans`: a list
 * of objects with the fields of `ScanInput`.
 */
export class JsonlShipments implements LineReader {
  private line = 0;

  constructor(private readonly now: () => number = Date.now) {}

  read(text: string): ImportLine | undefined {
    const line = ++this.line;
    if (text.trim() === '') return undefined;
    const parsed = parseJsonObject(text);
    if (isRejected(parsed)) return { line, ...parsed };
    const { scans, ...record } = parsed.value;
    const shipment = readShipment(record, scans ?? [], this.now());
    if (!('fault' in shipment)) return { line, shipment };
    const { path, message } = shipment.fault;
    return { line, rejected: 'BAD_USER_INPUT', message: withFieldName(path, message) };
  }

  skip(): number {
    return ++this.line;
  }
}
