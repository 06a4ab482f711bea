import { csvField, csvFields } from './csv-fields';
import type { LineRejection } from './json-line';
import type { UnreadableLine } from './lines';

/** One line of a table: returns the text of a column, which is empty if the table does not have it. */
export type CsvRow<Column extends string> = (column: Column) => string;

/**
 * Reads a table from lines of CSV. Its header names the columns, in any order. Columns without a meaning are ignored. A
 * file that was joined from several has a header for each of them.
 */
export class CsvTable<Column extends string> {
  line = 0;
  private header: readonly string[] | undefined;

  /** @param advice what else to observe when the separators are changed to commas */
  constructor(
    private readonly required: readonly Column[],
    private readonly advice = '',
  ) {}

  /**
   * @returns the line; undefined for a header or a line without data; or why the line is rejected
   * @throws Error if the first line is not a header with the required columns
   */
  read(text: string): CsvRow<Column> | LineRejection | undefined {
    this.line++;
    if (text.trim() === '') return undefined;
    const fields = csvFields(text);
    const missing = this.required.filter((column) => !fields?.includes(column));
    if (missing.length === 0) {
      this.header = fields;
      return undefined;
    }
    const { header } = this;
    if (header === undefined) throw new Error(this.headerFault(text, missing));
    if (fields?.length !== header.length) {
      const message = `the line must have ${header.length} comma-separated fields, as the first line has`;
      return { rejected: 'MALFORMED', message };
    }
    return (column) => fields[header.indexOf(column)] ?? '';
  }

  /** Returns a line with other fields; an empty text for one that does not have the fields of the header. */
  map(text: string, toField: (column: string, field: string) => string): string {
    const fields = csvFields(text);
    const { header } = this;
    if (header === undefined || fields?.length !== header.length) return '';
    return fields.map((field, index) => csvField(toField(header[index]!, field))).join(',');
  }

  /** Counts a line that can't be read as text. @returns its number */
  skip(line: UnreadableLine): number {
    if (this.header === undefined) throw new Error(`The first line must name the columns, but ${line.message}.`);
    return ++this.line;
  }

  private headerFault(text: string, missing: readonly Column[]): string {
    const separator = [';', '\t'].find((other) => text.split(other).length > this.required.length - 1);
    return separator === undefined
      ? `The first line must name the columns. It lacks ${missing.join(', ')}.`
      : `The columns are separated by ${separator === ';' ? 'semicolons' : 'tabs'}: separate them by commas${this.advice}.`;
  }
}

/** Returns the reason for rejecting a line, which names the column of the wrong field, if it has one. */
export function columnFault<Column extends string>(
  { path = '', message }: { readonly path?: string; readonly message: string },
  column: Column | undefined,
  row: CsvRow<Column>,
): LineRejection {
  if (column === undefined) return { rejected: 'BAD_USER_INPUT', message };
  const steps = path.split('.');
  const problem = steps.reduce((text, _, at) => {
    const field = `${steps.slice(at).join('.')} `;
    return text.startsWith(field) ? text.slice(field.length) : text;
  }, message);
  const shown = problem.includes('; got ') ? '' : `; got ${JSON.stringify(row(column))}`;
  return { rejected: 'BAD_USER_INPUT', message: `${column} ${problem}${shown}` };
}
