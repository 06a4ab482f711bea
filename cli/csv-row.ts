/** Returns a line of CSV with its line break (RFC 4180). Null becomes an empty field. */
export function csvRow(fields: readonly (string | null)[]): string {
  return `${fields.map((field) => (field === null ? '' : quoted(field))).join(',')}\r\n`;
}

/** A field with a separator, a quote or a line break is quoted. So is one with a blank at an end, which some readers trim. */
function quoted(field: string): string {
  return /[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
