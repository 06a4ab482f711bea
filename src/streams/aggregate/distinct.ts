import type { ByteReader } from '../../learn/byte-reader';
import type { ByteWriter } from '../../learn/byte-writer';
import type { Aggregate, AggregateResult } from './aggregate';
import { decimalOfNumber } from '../../learn/exact-decimal';
import { HyperLogLog, REGISTERS } from './hyperloglog';
import { hashOfText, type TextHash } from './text-hash';

/** Up to this many distinct values are counted exactly; more are estimated. */
export const MAX_EXACT_VALUES = 1_000;
/** Relative error of an estimated count: two standard errors of HyperLogLog. */
const RELATIVE_ERROR = (2 * 1.04) / Math.sqrt(REGISTERS);

/** Memory of a HyperLogLog sketch, as a number of stored values. 128 registers (128 bytes) count as one value. */
const SKETCH_STORED_VALUES = REGISTERS / 128;

/** Counts distinct values exactly up to {@link MAX_EXACT_VALUES}, then with HyperLogLog. Stores only their hashes. */
export class Distinct implements Aggregate<string> {
  private hashes = new Map<string, TextHash>();
  private sketch: HyperLogLog | null = null;

  static read(reader: ByteReader): Distinct {
    const distinct = new Distinct();
    if (reader.u8() === 1) {
      distinct.sketch = new HyperLogLog(reader.block().slice());
      return distinct;
    }
    for (let left = reader.varint(); left > 0; left--)
      distinct.addHash({ high: reader.varint(), low: reader.varint() });
    return distinct;
  }

  add(value: string): void {
    this.addHash(hashOfText(value));
  }

  merge({ hashes, sketch }: Distinct): void {
    if (sketch !== null) {
      this.switchToSketch();
      this.sketch?.merge(sketch);
    }
    for (const hash of hashes.values()) this.addHash(hash);
  }

  write(writer: ByteWriter): void {
    writer.u8(this.sketch === null ? 0 : 1);
    if (this.sketch !== null) return writer.block(this.sketch.registers);
    writer.varint(this.hashes.size);
    const sorted = [...this.hashes.values()].sort((a, b) => a.high - b.high || a.low - b.low);
    for (const { high, low } of sorted) {
      writer.varint(high);
      writer.varint(low);
    }
  }

  get storedValues(): number {
    return this.sketch === null ? this.hashes.size : SKETCH_STORED_VALUES;
  }

  result(): AggregateResult {
    if (this.sketch === null) return { decimal: decimalOfNumber(this.hashes.size) };
    return { estimate: this.sketch.estimate(), error: RELATIVE_ERROR };
  }

  private addHash(hash: TextHash): void {
    if (this.sketch !== null) return this.sketch.add(hash);
    this.hashes.set(`${hash.high}:${hash.low}`, hash);
    if (this.hashes.size > MAX_EXACT_VALUES) this.switchToSketch();
  }

  private switchToSketch(): void {
    if (this.sketch !== null) return;
    this.sketch = new HyperLogLog();
    for (const hash of this.hashes.values()) this.sketch.add(hash);
    this.hashes.clear();
  }
}
