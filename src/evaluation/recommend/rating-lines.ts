import { csvFields } from '../../imports/csv-fields';
import type { Rating } from './rating';

export const RATING_FORMATS = ['movielens', 'csv'] as const;
export type RatingFormat = (typeof RATING_FORMATS)[number];

const RATING_FIELDS = ['user', 'item', 'rating', 'timestamp'] as const;
type RatingField = (typeof RATING_FIELDS)[number];
/** The column index of the user, item, rating and timestamp; −1 if there is no such column. */
type ColumnIndexes = Readonly<Record<RatingField, number>>;

const MOVIELENS: ColumnIndexes = { user: 0, item: 1, rating: 2, timestamp: 3 };
/** Timestamps from this value on are milliseconds since 1970. Smaller ones are seconds since 1970. */
const MILLISECONDS_FROM = 1e11;

export type RatingLine = Rating | { readonly line: number; readonly rejected: string };

/**
 * Parses ratings line by line. The format `movielens` reads MovieLens' `u.data`, `ratings.dat` and `ratings.csv`, whose
 * fields are separated by tabs, `::` or commas; the first line determines the separator. The format `csv` reads
 * comma-separated fields, whose columns the caller names. A first line whose rating is not a number is a header.
 */
export class RatingLines {
  private line = 0;
  private fieldsOf: ((text: string) => string[] | undefined) | undefined;
  private readonly columnIndexes: ColumnIndexes;

  /**
   * @param columns for `csv`: the names of the columns, in order. The columns `user`, `item`, `rating` and `timestamp`
   *   are read; columns with other names are ignored
   * @throws Error if user, item or rating is missing, or if one of the names occurs twice
   */
  constructor(format: RatingFormat, columns: readonly string[] = RATING_FIELDS) {
    this.columnIndexes = format === 'movielens' ? MOVIELENS : columnIndexesOf(columns);
    if (format === 'csv') this.fieldsOf = csvFields;
  }

  /** Returns `undefined` for a header and for an empty line. */
  read(text: string): RatingLine | undefined {
    this.line++;
    if (text === '') return undefined;
    this.fieldsOf ??= splitterFor(text);
    const fields = this.fieldsOf(text);
    const { columnIndexes, line } = this;
    const [user, item, rating] = (['user', 'item', 'rating'] as const).map(
      (each) => fields?.[columnIndexes[each]]?.trim() ?? '',
    );
    const value = rating === '' ? NaN : Number(rating);
    if (!Number.isFinite(value)) {
      return line === 1 ? undefined : { line, rejected: `the rating must be a number; got "${rating}"` };
    }
    if (user === '' || item === '') return { line, rejected: 'the user or the item is missing' };
    const at = timeOf(columnIndexes.timestamp < 0 ? '' : (fields?.[columnIndexes.timestamp]?.trim() ?? ''));
    if (at === undefined) return { line, rejected: 'the timestamp must be a number or a date' };
    return { user, item, value, at };
  }
}

function columnIndexesOf(columns: readonly string[]): ColumnIndexes {
  const columnIndexes = { user: -1, item: -1, rating: -1, timestamp: -1 };
  columns.forEach((column, columnIndex) => {
    const field = RATING_FIELDS.find((each) => each === column);
    if (field === undefined) return;
    if (columnIndexes[field] >= 0) throw new Error(`The columns contain ${field} twice.`);
    columnIndexes[field] = columnIndex;
  });
  for (const field of ['user', 'item', 'rating'] as const) {
    if (columnIndexes[field] < 0) throw new Error(`The columns must contain ${field}.`);
  }
  return columnIndexes;
}

function splitterFor(firstLine: string): (text: string) => string[] | undefined {
  if (firstLine.includes('::')) return (text) => text.split('::');
  if (firstLine.includes('\t')) return (text) => text.split('\t');
  return csvFields;
}

/** Returns milliseconds since 1970; NaN for an empty field, undefined for an invalid time. */
function timeOf(text: string): number | undefined {
  if (text === '') return NaN;
  const number = Number(text);
  if (Number.isFinite(number)) return Math.abs(number) < MILLISECONDS_FROM ? number * 1000 : number;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
