import type { ByteReader } from '../../learn/byte-reader';
import type { ByteWriter } from '../../learn/byte-writer';
import type { Aggregate, AggregateResult } from './aggregate';

/** Maximum number of distinct values that one window counts. */
export const MAX_VALUES = 1_000;

/**
 * The most frequent values, counted exactly. Beyond {@link MAX_VALUES} distinct values, the result is only `overfull`.
 * Approximate algorithms with bounded memory (Space-Saving, Lossy Counting) are not used, because their results depend
 * on the order of values.
 */
export class Top implements Aggregate<string> {
  private readonly counts = new Map<string, number>();
  private isTruncated = false;

  constructor(private readonly listLength: number) {}

  static read(reader: ByteReader, listLength: number): Top {
    const top = new Top(listLength);
    top.isTruncated = reader.u8() === 1;
    if (!top.isTruncated) for (let left = reader.varint(); left > 0; left--) top.put(reader.string(), reader.varint());
    return top;
  }

  add(value: string): void {
    this.put(value, 1);
  }

  merge({ counts, isTruncated }: Top): void {
    if (isTruncated) this.overflow();
    for (const [value, count] of counts) this.put(value, count);
  }

  write(writer: ByteWriter): void {
    writer.u8(this.isTruncated ? 1 : 0);
    if (this.isTruncated) return;
    writer.varint(this.counts.size);
    for (const [value, count] of [...this.counts].sort(byValue)) {
      writer.string(value);
      writer.varint(count);
    }
  }

  get storedValues(): number {
    return this.counts.size;
  }

  result(): AggregateResult {
    if (this.isTruncated) return { overfull: true };
    const sorted = [...this.counts].sort((a, b) => b[1] - a[1] || byValue(a, b));
    return { top: sorted.slice(0, this.listLength).map(([value, count]) => ({ value, count })) };
  }

  private put(value: string, count: number): void {
    if (this.isTruncated) return;
    this.counts.set(value, (this.counts.get(value) ?? 0) + count);
    if (this.counts.size > MAX_VALUES) this.overflow();
  }

  private overflow(): void {
    this.isTruncated = true;
    this.counts.clear();
  }
}

function byValue([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : 1;
}
