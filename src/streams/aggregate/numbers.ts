import type { ByteReader } from '../../learn/byte-reader';
import type { ByteWriter } from '../../learn/byte-writer';
import type { Aggregate, AggregateResult } from './aggregate';
import {
  addDecimals,
  compareDecimals,
  decimalOfNumber,
  decimalOfText,
  divideDecimal,
  textOfDecimal,
  ZERO,
  type ExactDecimal,
} from '../../learn/exact-decimal';

/** Counts values. */
export class Count implements Aggregate<unknown> {
  readonly storedValues = 0;

  constructor(private count = 0) {}

  static read(reader: ByteReader): Count {
    return new Count(reader.varint());
  }

  add(): void {
    this.count++;
  }

  merge({ count }: Count): void {
    this.count += count;
  }

  write(writer: ByteWriter): void {
    writer.varint(this.count);
  }

  result(): AggregateResult {
    return { decimal: decimalOfNumber(this.count) };
  }
}

/** The exact sum. It has no result if no value was added. */
export class Sum implements Aggregate<ExactDecimal> {
  readonly storedValues = 0;

  constructor(
    protected count = 0,
    protected sum = ZERO,
  ) {}

  static read(reader: ByteReader): Sum {
    return new Sum(reader.varint(), decimalOfText(reader.string()));
  }

  add(value: ExactDecimal): void {
    this.count++;
    this.sum = addDecimals(this.sum, value);
  }

  merge({ count, sum }: Sum): void {
    this.count += count;
    this.sum = addDecimals(this.sum, sum);
  }

  write(writer: ByteWriter): void {
    writer.varint(this.count);
    writer.string(textOfDecimal(this.sum));
  }

  result(): AggregateResult {
    return this.count === 0 ? {} : { decimal: this.sum };
  }
}

/** The exact sum divided by the count, rounded by {@link divideDecimal}. */
export class Average extends Sum {
  static override read(reader: ByteReader): Average {
    return new Average(reader.varint(), decimalOfText(reader.string()));
  }

  override result(): AggregateResult {
    return this.count === 0 ? {} : { decimal: divideDecimal(this.sum, this.count) };
  }
}

/** The contribution of one event to a {@link Ratio}. */
export interface RatioTerm {
  readonly value: ExactDecimal | undefined;
  readonly isCounted: boolean;
}

/** The exact sum of values divided by the number of events that meet a condition, rounded by {@link divideDecimal}. */
export class Ratio implements Aggregate<RatioTerm> {
  readonly storedValues = 0;

  constructor(
    private count = 0,
    private sum = ZERO,
  ) {}

  static read(reader: ByteReader): Ratio {
    return new Ratio(reader.varint(), decimalOfText(reader.string()));
  }

  add({ value, isCounted }: RatioTerm): void {
    if (isCounted) this.count++;
    if (value !== undefined) this.sum = addDecimals(this.sum, value);
  }

  merge({ count, sum }: Ratio): void {
    this.count += count;
    this.sum = addDecimals(this.sum, sum);
  }

  write(writer: ByteWriter): void {
    writer.varint(this.count);
    writer.string(textOfDecimal(this.sum));
  }

  result(): AggregateResult {
    return this.count === 0 ? {} : { decimal: divideDecimal(this.sum, this.count) };
  }
}

/** The maximum of the values (`sign` 1) or their minimum (`sign` −1). */
export class Extreme implements Aggregate<ExactDecimal> {
  readonly storedValues = 0;

  constructor(
    private readonly sign: 1 | -1,
    private value: ExactDecimal | null = null,
  ) {}

  static read(reader: ByteReader, sign: 1 | -1): Extreme {
    return new Extreme(sign, reader.u8() === 0 ? null : decimalOfText(reader.string()));
  }

  add(value: ExactDecimal): void {
    if (this.value === null || this.sign * compareDecimals(value, this.value) > 0) this.value = value;
  }

  merge({ value }: Extreme): void {
    if (value !== null) this.add(value);
  }

  write(writer: ByteWriter): void {
    writer.u8(this.value === null ? 0 : 1);
    if (this.value !== null) writer.string(textOfDecimal(this.value));
  }

  result(): AggregateResult {
    return this.value === null ? {} : { decimal: this.value };
  }
}
