import { splitterFor, type FieldSplitter } from '../field-splitter';
import { parseDate, type WrittenDate } from '../parse-date';
import type { SkippedLine } from '../skipped-line';
import { clickLabel, placeAdColumns, type AdColumn, type AdColumnPlaces } from './ad-columns';

/** One line of a file of impressions. */
export interface Impression {
  /** 1 if it was clicked. */
  readonly label: 0 | 1;
  /** Only with a column of times. A number is its own time, in any unit. */
  readonly time: WrittenDate | undefined;
  /** The values of the features, in the order of `--columns`. */
  readonly values: readonly string[];
}

/** Number of skipped lines whose reasons are stored. */
const MAX_STORED = 3;

/** Reads a file with one line per impression. Lines that can't be used are skipped. */
export class ImpressionLineReader {
  /** The first skipped lines, at most {@link MAX_STORED}. */
  readonly skipped: SkippedLine[] = [];
  skippedCount = 0;
  private line = 0;
  private split: FieldSplitter | undefined;
  private places: AdColumnPlaces | undefined;
  private fieldCount = 0;

  constructor(private readonly columns: readonly AdColumn[]) {}

  /**
   * @returns undefined for an empty line, the header, and a skipped line
   * @throws Error for a first line in which the columns are not found
   */
  read(text: string): Impression | undefined {
    this.line++;
    if (text.trim() === '') return undefined;
    this.split ??= splitterFor(text);
    const fields = this.split(text);
    if (this.places === undefined) {
      const first = fields?.map((field) => field.trim()) ?? [];
      this.places = placeAdColumns(this.columns, first);
      const { hasHeader, click, time = 0, features } = this.places;
      this.fieldCount = Math.max(click, time, ...features) + 1;
      if (hasHeader) return undefined;
    }
    const impression = fields === undefined ? 'a quoted field is not closed' : this.parse(fields, this.places);
    if (typeof impression !== 'string') return impression;
    this.addSkipped(impression);
    return undefined;
  }

  /** Counts a line that can't be read. */
  skip(reason: string): void {
    this.line++;
    this.addSkipped(reason);
  }

  private addSkipped(reason: string): void {
    this.skippedCount++;
    if (this.skipped.length < MAX_STORED) this.skipped.push({ line: this.line, reason });
  }

  /** Returns the impression, or why its line is skipped. */
  private parse(fields: readonly string[], places: AdColumnPlaces): Impression | string {
    if (fields.length < this.fieldCount)
      return `the line has ${fields.length} fields; at least ${this.fieldCount} are needed`;
    const label = clickLabel(fields[places.click]);
    if (label === undefined) return `the click must be 0, 1, true or false; got "${fields[places.click]}"`;
    const time = places.time === undefined ? undefined : timeOf(fields[places.time].trim());
    if (places.time !== undefined && time === undefined) return `the time can't be read; got "${fields[places.time]}"`;
    return { label, time, values: places.features.map((place) => fields[place]) };
  }
}

/** A number is not parsed as a date: logs have times in any unit and from any start. */
function timeOf(text: string): WrittenDate | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return parseDate(text);
  return { monthFirst: Number(text), dayFirst: Number(text) };
}
