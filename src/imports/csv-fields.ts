/**
 * Splits a CSV line into its fields (RFC 4180: quoted fields, doubled quotes). Blanks and tabs around separators are
 * dropped, but not in quotes.
 * @returns undefined for a line with an unclosed quote, or with a closing quote that is not followed by a separator
 */
export function csvFields(line: string, separator: ',' | ';' = ','): string[] | undefined {
  if (!line.includes('"')) return line.split(separator).map(withoutBlanks);
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    while (isBlank(line[at])) at++;
    if (line[at] !== '"') {
      const next = line.indexOf(separator, at);
      fields.push(withoutBlanks(next < 0 ? line.slice(at) : line.slice(at, next)));
      if (next < 0) return fields;
      at = next + 1;
      continue;
    }
    let end = line.indexOf('"', at + 1);
    while (end >= 0 && line[end + 1] === '"') end = line.indexOf('"', end + 2);
    if (end < 0) return undefined;
    fields.push(line.slice(at + 1, end).replaceAll('""', '"'));
    do end++;
    while (isBlank(line[end]));
    if (end === line.length) return fields;
    if (line[end] !== separator) return undefined;
    at = end + 1;
  }
}

/** A record of a CSV text, and the line in which it begins, from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * Splits a text into records. Lines end with LF or CRLF. A quoted field may contain line breaks. Empty lines are skipped.
 * @throws Error that names the line of a record with a quote that is not closed, or is followed by other characters
 */
export function csvRecords(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  const lines = text.split('\n');
  let first = 1;
  let open = '';
  lines.forEach((part, at) => {
    const record = open + part;
    const line = record.replace(/\r$/, '');
    const fields = csvFields(line);
    const isOpen = fields === undefined && record.split('"').length % 2 === 0;
    open = isOpen ? `${record}\n` : '';
    if (isOpen && at < lines.length - 1) return;
    if (isOpen) throw new Error(`line ${first}: a quoted field is not closed`);
    if (fields === undefined)
      throw new Error(`line ${first}: a quoted field must be followed by a comma or the end of the line`);
    if (line !== '') records.push({ line: first, fields });
    first = at + 2;
  });
  return records;
}

/** A field with a separator, a quote or a line break is quoted. So is one with a blank at an end, which some readers trim. */
export function csvField(field: string): string {
  return /[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

const isBlank = (character: string | undefined) => character === ' ' || character === '\t';

function withoutBlanks(field: string): string {
  return isBlank(field[0]) || isBlank(field.at(-1)) ? field.replace(/^[ \t]+|[ \t]+$/g, '') : field;
}
