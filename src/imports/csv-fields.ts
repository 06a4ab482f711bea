/**
 * Splits a CSV line into its fields (RFC 4180: quoted fields, doubled quotes; no line breaks within a field). Blanks
 * and tabs around separators are dropped, but not in quotes.
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

const isBlank = (character: string | undefined) => character === ' ' || character === '\t';

function withoutBlanks(field: string): string {
  return isBlank(field[0]) || isBlank(field.at(-1)) ? field.replace(/^[ \t]+|[ \t]+$/g, '') : field;
}
