import type { ImpactScale } from './bm25f';
import type { GrowableBytes } from './growable';

/**
 * The occurrences of a term in a document: a list of (field, position, surface), ascending, as bytes. Each occurrence
 * is `((position − previous position in this field) · fields + field) · 2 + (surface > 0)`, followed by `surface − 1`
 * if that flag is set; both are variable-length numbers. `surface` is the number of the surface form among the
 * forms of the term.
 */

/** Reads a list of occurrences. A cursor is reused for many lists to avoid garbage. */
export class OccurrenceCursor {
  field = 0;
  position = 0;
  surface = 0;
  private bytes: Uint8Array = new Uint8Array();
  private at = 0;
  private end = 0;

  constructor(private readonly fields: number) {}

  open(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
    this.field = -1;
    this.position = 0;
  }

  next(): boolean {
    if (this.at >= this.end) return false;
    const value = this.varint();
    const entry = value >>> 1;
    const delta = Math.floor(entry / this.fields);
    const field = entry - delta * this.fields;
    this.position = field === this.field ? this.position + delta : delta;
    this.field = field;
    this.surface = (value & 1) === 0 ? 0 : this.varint() + 1;
    return true;
  }

  private varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }
}

/** Iterates over the occurrence lists of successive postings. Each list is preceded by its length in bytes. */
export class OccurrenceRun {
  /** The current list: bytes [from, to). */
  from = 0;
  to: number;

  constructor(
    readonly bytes: Uint8Array,
    at: number,
  ) {
    this.to = at;
  }

  next(): void {
    let length = 0;
    let at = this.to;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[at++];
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    this.from = at;
    this.to = at + length;
  }
}

/** Writes a list of occurrences. */
export class OccurrenceWriter {
  private field = -1;
  private position = 0;

  constructor(private readonly fields: number) {}

  begin(): void {
    this.field = -1;
    this.position = 0;
  }

  write(into: GrowableBytes, field: number, position: number, surface: number): void {
    const delta = field === this.field ? position - this.position : position;
    into.pushVarint(((delta * this.fields + field) << 1) | (surface > 0 ? 1 : 0));
    if (surface > 0) into.pushVarint(surface - 1);
    this.field = field;
    this.position = position;
  }
}

/**
 * Moves the cursor to the next occurrence in one of the fields. Occurrences are ascending by field, so it stops after
 * the last of them. @param fields a bit set @returns whether there is one
 */
export function nextInFields(cursor: OccurrenceCursor, fields: number): boolean {
  while (cursor.next()) {
    const rest = fields >>> cursor.field;
    if ((rest & 1) === 1) return true;
    if (rest === 0) return false;
  }
  return false;
}

/**
 * Returns the impact of a posting. Reads the opened cursor to its end.
 * @param lengths number of tokens of each field, from index `at` on
 */
export function impactOf(cursor: OccurrenceCursor, scale: ImpactScale, lengths: ArrayLike<number>, at: number): number {
  let frequency = 0;
  let field = -1;
  let count = 0;
  while (cursor.next()) {
    if (cursor.field !== field) {
      if (count > 0) frequency += scale.frequency(field, count, lengths[at + field]);
      field = cursor.field;
      count = 0;
    }
    count++;
  }
  if (count > 0) frequency += scale.frequency(field, count, lengths[at + field]);
  return scale.impact(frequency);
}
