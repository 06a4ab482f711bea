import { csvField } from '../src/imports/csv-fields';

/** Returns a line of CSV with its line break (RFC 4180). Null becomes an empty field. */
export function csvRow(fields: readonly (string | null)[]): string {
  return `${fields.map((field) => csvField(field ?? '')).join(',')}\r\n`;
}
