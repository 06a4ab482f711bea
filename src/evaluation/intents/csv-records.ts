/** A record of a CSV text, and the line in which it begins, from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * Splits a text into records (RFC 4180: quoted fields with doubled quotes, separators and line breaks). Lines end with
 * LF or CRLF. Empty lines are skipped.
 * @throws Error that names the line of a quote that is not closed, or that is followed by other characters
 */
export function csvRecords(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let line = 1;
  for (let at = 0; at < text.length;) {
    const first = line;
    const fields: string[] = [];
    for (;;) {
      const isQuoted = text[at] === '"';
      const field = isQuoted ? quotedField(text, at, line) : plainField(text, at);
      fields.push(field.value);
      line += isQuoted ? field.value.split('\n').length - 1 : 0;
      at = field.end;
      if (text[at] !== ',') break;
      at++;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    if (at < text.length && text[at] !== '\n')
      throw new Error(`line ${line}: a quoted field must be followed by a comma or the end of the line`);
    at++;
    line++;
    if (fields.length > 1 || fields[0] !== '') records.push({ line: first, fields });
  }
  return records;
}

interface Field {
  readonly value: string;
  /** Where the separator, the line break or the end of the text follows. */
  readonly end: number;
}

function plainField(text: string, from: number): Field {
  let end = from;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n') end++;
  if (text[end - 1] === '\r' && text[end] === '\n' && end > from) end--;
  return { value: text.slice(from, end), end };
}

/** @param from index of the opening quote */
function quotedField(text: string, from: number, line: number): Field {
  let end = text.indexOf('"', from + 1);
  while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  if (end < 0) throw new Error(`line ${line}: a quoted field is not closed`);
  return { value: text.slice(from + 1, end).replaceAll('""', '"'), end: end + 1 };
}
