import type { ImportLine, LineReader } from './import-file';
import { readShipment } from './imported-shipment';
import { isRejected, parseJsonObject, withFieldName } from './json-line';
import { withoutNames } from './without-names';

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
    // A message of the parser quotes the line, which may have names.
    if (isRejected(parsed)) return { line, ...parsed, message: parsed.message.replace(/, (?:\.{3})?".*$/s, '') };
    const { scans, ...record } = parsed.value;
    const shipment = readShipment(record, scans ?? [], this.now());
    if (!('fault' in shipment)) return { line, shipment };
    const { path, message } = shipment.fault;
    return { line, rejected: 'BAD_USER_INPUT', message: withFieldName(path, message) };
  }

  withoutNames(text: string): string {
    const parsed = parseJsonObject(text);
    return isRejected(parsed) ? '' : JSON.stringify(withoutNames(parsed.value));
  }

  skip(): number {
    return ++this.line;
  }
}
