import { ProductInput } from '../catalog/product.type';
import { EventInput } from '../events/event.type';
import { inputTypeOf } from '../graphql/input-type';
import { OrderInput } from '../orders/order-input.type';
import { ShipmentInput } from '../logistics/shipment-input.type';
import { REQUIRED_ORDER_COLUMNS } from './csv-orders';
import { REQUIRED_SHIPMENT_COLUMNS } from './csv-shipments';
import { csvFields } from './csv-fields';
import { type Format, type ImportKind, IMPORT_KINDS, createLineReader } from './formats';
import { ONLINE_RETAIL_HEADER } from './online-retail';

/** Number of lines that are checked before anything is imported. */
export const SAMPLE_LINES = 20;

const INPUTS = { products: ProductInput, events: EventInput, orders: OrderInput, shipments: ShipmentInput };
/** The required columns of the kinds that may be CSV. */
const CSV_COLUMNS: Partial<Record<ImportKind, readonly string[]>> = {
  orders: REQUIRED_ORDER_COLUMNS,
  shipments: REQUIRED_SHIPMENT_COLUMNS,
};

/** The kind and format of a file according to the command. */
export interface ExpectedFile {
  readonly kind: ImportKind;
  readonly format: Format;
  /** The file name on the command line. */
  readonly file: string;
}

/**
 * Checks whether a file has the kind and format that the command names.
 * @param sample the first lines that are not blank
 * @returns a message that says what the file seems to be and how to import it; undefined if one of the lines can be
 *   read, or if the lines seem to have the right kind but contain errors
 */
export function detectWrongFile(sample: readonly string[], expected: ExpectedFile): string | undefined {
  const [first] = sample;
  if (first === undefined) return undefined;
  const unreadableReason = detectWrongBytes(first, expected.file) ?? detectMultilineJson(first, expected.file);
  if (unreadableReason !== undefined || canReadAny(sample, expected)) return unreadableReason;
  return detectWrongTable(first, expected) ?? detectWrongKind(sample, expected);
}

function canReadAny(sample: readonly string[], { kind, format }: ExpectedFile): boolean {
  const reader = createLineReader(kind, format);
  try {
    return sample.some((text) => {
      const parsedLine = reader.read(text);
      return parsedLine !== undefined && !('rejected' in parsedLine);
    });
  } catch {
    return false;
  }
}

function detectWrongBytes(first: string, file: string): string | undefined {
  if (first.startsWith('\u001f'))
    return `${file} is compressed with gzip. Rename it so that it ends in .gz, or decompress it: zcat FILE | … import … -`;
  if (first.startsWith('PK\u0003\u0004'))
    return `${file} is a ZIP file or an Excel file. Unpack it, or export it as text.`;
  if (first.includes('\u0000')) return `${file} is not UTF-8 text. Convert it first: iconv -f UTF-16 -t UTF-8 FILE`;
  return undefined;
}

/** Checks for CSV and similar tables. */
function detectWrongTable(first: string, { kind, format, file }: ExpectedFile): string | undefined {
  if (/^\s*[{[]/.test(first)) return undefined;
  const rightUse = (seems: string, rightKind: ImportKind, option: Format) =>
    // If the command names the right format already, the lines themselves are at fault.
    rightKind === kind && option === format
      ? undefined
      : `${file} ${seems}. Use: import ${rightKind} ${file} --format ${option}`;
  if (first === ONLINE_RETAIL_HEADER)
    return rightUse('is UCI Online Retail', kind === 'events' ? 'events' : 'orders', 'online-retail');
  const fields = csvFields(first) ?? [];
  const has = (columns: readonly string[]) => columns.every((column) => fields.includes(column));
  if (has(REQUIRED_ORDER_COLUMNS)) return rightUse('seems to be order lines as CSV', 'orders', 'csv');
  if (has(REQUIRED_SHIPMENT_COLUMNS)) return rightUse('seems to be shipments as CSV', 'shipments', 'csv');
  if (format !== 'jsonl' || first.split(/[,;\t]/).length < 3) return undefined;
  const columns = CSV_COLUMNS[kind];
  return columns !== undefined
    ? `${file} seems to be CSV. As CSV, ${kind} need a first line that names the columns ${columns.join(', ')}, and --format csv.`
    : `${file} seems to be CSV. ${capitalise(kind)} are imported as JSON lines: one JSON object per line.`;
}

/**
 * Checks for JSON that is not one object per line. Must run before lines are parsed: a line of such a file may be an
 * object by itself, and the file would then seem readable.
 */
function detectMultilineJson(first: string, file: string): string | undefined {
  if (/^\s*\[/.test(first))
    return `${file} is one JSON list. Convert it to one object per line: jq -c '.[]' ${file} > FILE.jsonl`;
  if (first.trim() === '{')
    return `${file} has JSON objects that span several lines. Convert it to one object per line: jq -c . ${file} > FILE.jsonl`;
  return undefined;
}

function detectWrongKind(sample: readonly string[], { kind, format, file }: ExpectedFile): string | undefined {
  const rightKind = kindOf(sample);
  if (rightKind === undefined) return undefined;
  if (format !== 'jsonl') return `${file} seems to be ${rightKind} as JSON lines. Use: import ${rightKind} ${file}`;
  if (rightKind === kind) return undefined;
  return `${file} seems to be a file of ${rightKind}, not of ${kind}. Use: import ${rightKind} ${file}`;
}

/** Returns the kind to which most fields of the lines belong; undefined for a tie or if a line is not a JSON object. */
function kindOf(sample: readonly string[]): ImportKind | undefined {
  const counts = IMPORT_KINDS.map((kind) => ({ kind, count: 0 }));
  for (const text of sample) {
    const fields = fieldsOf(text);
    if (fields === undefined) return undefined;
    for (const each of counts)
      each.count += fields.filter((field) => field in inputTypeOf(INPUTS[each.kind]).getFields()).length;
  }
  const greatest = Math.max(...counts.map(({ count }) => count));
  const [best, ...ties] = counts.filter(({ count }) => count === greatest);
  return ties.length === 0 ? best?.kind : undefined;
}

function fieldsOf(text: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : undefined;
  } catch {
    return undefined;
  }
}

const capitalise = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
