import { MS_PER_DAY } from '../../learn/durations';
import { byTime, type Scan, type TrackedParcel } from '../../logistics/parcel';
import { splitterFor, type FieldSplitter } from '../field-splitter';
import { parseDate, type WrittenDate } from '../parse-date';
import type { SkippedLine } from '../skipped-line';
import { deliveryColumns, stagesOf, type DeliveryColumns, type TextRole, type TimeRole } from './delivery-columns';

/** Older times are placeholders, such as 1 January 1970. */
const MIN_TIME = Date.UTC(1990, 0, 1);
/** Clocks of carriers may be ahead by this. */
const MAX_CLOCK_SKEW_MS = 5 * 60_000;
/** A time that is later than this after the first one is a placeholder or a typing error. */
const MAX_TRANSIT_MS = 366 * MS_PER_DAY;

interface PendingLine {
  readonly line: number;
  readonly texts: Readonly<Record<TextRole, string>>;
  readonly times: ReadonlyMap<TimeRole, WrittenDate>;
}

/**
 * Reads a file with one line per parcel and one column per scan. The first line is the header. Empty times are scans
 * that have not happened.
 */
export class DeliveryLineReader {
  private line = 0;
  private split: FieldSplitter | undefined;
  private columns: DeliveryColumns = {};
  private readonly pending: PendingLine[] = [];
  private readonly skipped: SkippedLine[] = [];

  /**
   * @param names value of `--columns`; see `deliveryColumns`
   * @param now later scans are implausible, in ms
   */
  constructor(
    private readonly names?: readonly string[],
    private readonly now = Date.now(),
  ) {}

  /** @throws Error for a first line in which the columns are not found */
  read(text: string): void {
    this.line++;
    if (text.trim() === '') return;
    if (this.split === undefined) {
      this.split = splitterFor(text);
      const header = this.split(text)?.map((field) => field.trim()) ?? [];
      this.columns = deliveryColumns(header, this.names);
      return;
    }
    const fields = this.split(text);
    const pending = fields === undefined ? 'a quoted field is not closed' : this.parse(fields);
    if (typeof pending === 'string') this.skipped.push({ line: this.line, reason: pending });
    else this.pending.push(pending);
  }

  /** Returns the parcels read so far. Dates with slashes have the day first if one of them is no date otherwise. */
  finish(): { readonly parcels: readonly TrackedParcel[]; readonly skipped: readonly SkippedLine[] } {
    const isDayFirst = this.pending.some(({ times }) =>
      [...times.values()].some(({ monthFirst }) => Number.isNaN(monthFirst)),
    );
    const timeOf = (date: WrittenDate) => (isDayFirst ? date.dayFirst : date.monthFirst);
    const skipped = [...this.skipped];
    const parcels: TrackedParcel[] = [];
    const ids = new Set<string>();
    for (const { line, texts, times } of this.pending) {
      const scans: Scan[] = [];
      let promisedAt: number | null = null;
      for (const [role, date] of times) {
        if (role === 'PROMISED') promisedAt = timeOf(date);
        else scans.push({ type: role, at: timeOf(date), hub: null });
      }
      const reason = faultOf(scans, promisedAt, this.now);
      if (reason !== undefined) skipped.push({ line, reason });
      else {
        // Several parcels of an order may have its id.
        const id = texts.id === '' || ids.has(texts.id) ? `${texts.id} ${line}` : texts.id;
        ids.add(id);
        parcels.push({
          id,
          carrier: texts.carrier,
          service: texts.service,
          origin: texts.origin,
          originCountry: texts['origin-country'],
          country: texts.country,
          destination: texts.destination,
          promisedAt,
          scans: scans.sort(byTime),
        });
      }
    }
    return { parcels, skipped: skipped.sort((a, b) => a.line - b.line) };
  }

  /** Returns the line, or why it is skipped. */
  private parse(fields: readonly string[]): PendingLine | string {
    const text = (role: TextRole | TimeRole): string => fields[this.columns[role] ?? -1]?.trim() ?? '';
    const times = new Map<TimeRole, WrittenDate>();
    for (const role of [...stagesOf(this.columns), 'DELIVERED', 'PROMISED'] as const) {
      if (text(role) === '') continue;
      const date = parseDate(text(role));
      if (date === undefined) return `the time of ${role} can't be read; got "${text(role)}"`;
      times.set(role, date);
    }
    const texts = {
      id: text('id'),
      carrier: text('carrier'),
      service: text('service'),
      origin: text('origin'),
      'origin-country': text('origin-country'),
      country: text('country'),
      destination: text('destination'),
    };
    return { line: this.line, texts, times };
  }
}

function faultOf(scans: readonly Scan[], promisedAt: number | null, now: number): string | undefined {
  const times = scans.map(({ at }) => at);
  const all = promisedAt === null ? times : [...times, promisedAt];
  if (all.some((at) => Number.isNaN(at))) return 'a date has the month before the day, other dates have the day first';
  const delivered = scans.find(({ type }) => type === 'DELIVERED')?.at;
  const others = scans.filter(({ type }) => type !== 'DELIVERED');
  if (others.length === 0) return 'there is no time before the delivery';
  if (all.some((at) => at < MIN_TIME)) return 'a time is before 1990';
  if (times.some((at) => at > now + MAX_CLOCK_SKEW_MS)) return 'a time is in the future';
  const first = times.reduce((least, at) => Math.min(least, at));
  if (all.some((at) => at > first + MAX_TRANSIT_MS)) return 'a time is more than a year after the first one';
  if (delivered !== undefined && others.some(({ at }) => at > delivered)) return 'a time is after the delivery';
  return undefined;
}
