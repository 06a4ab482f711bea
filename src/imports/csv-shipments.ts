import { columnFault, CsvTable, type CsvRow } from './csv-table';
import type { ImportLine, LineReader } from './import-file';
import { readShipment } from './imported-shipment';
import type { UnreadableLine } from './lines';
import { fieldWithoutNames } from './without-names';

export const REQUIRED_SHIPMENT_COLUMNS = ['id', 'orderId', 'carrier'] as const;

/** The columns of the other fields of a shipment, by path. */
const COLUMNS = {
  id: 'id',
  orderId: 'orderId',
  carrier: 'carrier',
  service: 'service',
  kind: 'kind',
  trackingNumber: 'trackingNumber',
  trackingUrl: 'trackingUrl',
  'origin.name': 'originName',
  'origin.country': 'originCountry',
  'origin.postcode': 'originPostcode',
  'destination.name': 'destinationName',
  'destination.country': 'destinationCountry',
  'destination.postcode': 'destinationPostcode',
  promisedAt: 'promisedAt',
  updatedAt: 'updatedAt',
} as const;

/** The column with the time zone of the scans. */
const TIME_ZONE = 'timeZone';
/** The columns with the times of scans. */
const SCAN_COLUMNS = [
  ['handedOverAt', 'PICKED_UP'],
  ['outForDeliveryAt', 'OUT_FOR_DELIVERY'],
  ['deliveredAt', 'DELIVERED'],
] as const;

const ALL_COLUMNS = [...Object.values(COLUMNS), TIME_ZONE, ...SCAN_COLUMNS.map(([column]) => column)];

type Path = keyof typeof COLUMNS;
type Column = (typeof COLUMNS)[Path] | typeof TIME_ZONE | (typeof SCAN_COLUMNS)[number][0];

/**
 * Reads shipments from CSV, one per line. The header names the columns: `id`, `orderId`, `carrier` and, if the file has
 * them, those of the other fields, of the times of scans and of their time zone. Other columns are ignored.
 */
export class CsvShipments implements LineReader {
  private readonly table = new CsvTable<Column>(REQUIRED_SHIPMENT_COLUMNS);

  constructor(private readonly now: () => number = Date.now) {}

  read(text: string): ImportLine | undefined {
    const row = this.table.read(text);
    if (row === undefined) return undefined;
    const { line } = this.table;
    if ('rejected' in row) return { line, ...row };
    const scanned = SCAN_COLUMNS.filter(([column]) => row(column) !== '');
    const place = row(TIME_ZONE) === '' ? {} : { timeZone: row(TIME_ZONE) };
    const scans = scanned.map(([column, type]) => ({ type, occurredAt: row(column), ...place }));
    const shipment = readShipment(recordOf(row), scans, this.now());
    if (!('fault' in shipment)) return { line, shipment };
    const { path = '' } = shipment.fault;
    const [, scan, field] = /^scans\[(\d+)\]\.(occurredAt|timeZone)$/.exec(path) ?? [];
    const scanColumn = field === TIME_ZONE ? TIME_ZONE : scanned[Number(scan)]?.[0];
    const column = scan === undefined ? COLUMNS[path as Path] : scanColumn;
    return { line, ...columnFault(shipment.fault, column, row) };
  }

  withoutNames(text: string): string {
    const shown = (column: string, field: string) =>
      (ALL_COLUMNS as readonly string[]).includes(column) || field === '' ? fieldWithoutNames(column, field) : '…';
    return this.table.map(text, shown);
  }

  skip(line: UnreadableLine): number {
    return this.table.skip(line);
  }
}

/** Returns the fields of a shipment that have a text. */
function recordOf(row: CsvRow<Column>): object {
  const record: Record<string, unknown> = {};
  for (const [path, column] of Object.entries(COLUMNS)) {
    const text = row(column);
    if (text === '') continue;
    const [name = '', part] = path.split('.');
    record[name] = part === undefined ? text : { ...(record[name] as object | undefined), [part]: text };
  }
  return record;
}
