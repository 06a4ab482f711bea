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

/** An exact sum and a count. */
abstract class SumAndCount {
  readonly storedValues = 0;

  constructor(
    protected count = 0,
    protected sum = ZERO,
  ) {}

  static read<Read>(this: new (count: number, sum: ExactDecimal) => Read, reader: ByteReader): Read {
    return new this(reader.varint(), decimalOfText(reader.string()));
  }

  merge({ count, sum }: this): void {
    this.count += count;
    this.sum = addDecimals(this.sum, sum);
  }

  write(writer: ByteWriter): void {
    writer.varint(this.count);
    writer.string(textOfDecimal(this.sum));
  }

  /** The sum divided by the count, rounded by {@link divideDecimal}; no result if the count is 0. */
  protected mean(): AggregateResult {
    return this.count === 0 ? {} : { decimal: divideDecimal(this.sum, this.count) };
  }
}

/** The exact sum. It has no result if no value was added. */
export class Sum extends SumAndCount implements Aggregate<ExactDecimal> {
  add(value: ExactDecimal): void {
    this.count++;
    this.sum = addDecimals(this.sum, value);
  }

  result(): AggregateResult {
    return this.count === 0 ? {} : { decimal: this.sum };
  }
}

/** The exact sum divided by the number of values. */
export class Average extends Sum {
  override result(): AggregateResult {
    return this.mean();
  }
}

/** The contribution of one event to a {@link Ratio}. */
export interface RatioTerm {
  readonly value: ExactDecimal | undefined;
  readonly isCounted: boolean;
}

/** The exact sum of values divided by the number of events that meet a condition. */
export class Ratio extends SumAndCount implements Aggregate<RatioTerm> {
  add({ value, isCounted }: RatioTerm): void {
    if (isCounted) this.count++;
    if (value !== undefined) this.sum = addDecimals(this.sum, value);
  }

  result(): AggregateResult {
    return this.mean();
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
