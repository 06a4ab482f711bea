import type { ByteReader } from '../../learn/byte-reader';
import type { ByteWriter } from '../../learn/byte-writer';
import type { Aggregate, AggregateResult } from './aggregate';

/** Relative error of a quantile's value. */
const RELATIVE_ERROR = 0.01;
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GAMMA = Math.log(GAMMA);
/** Values with a smaller magnitude count as 0. */
const MIN_MAGNITUDE = 1e-9;
/** Values with a larger magnitude count as this magnitude. So there are at most about 5,600 buckets. */
const MAX_MAGNITUDE = 1e15;

/**
 * DDSketch (Masson, Rim, Lee, VLDB 2019) with logarithmic buckets. To save memory, DDSketch can merge buckets. This
 * class does not, so that the count of each bucket is a function of the multiset of values.
 */
export class Quantiles implements Aggregate<number> {
  private readonly buckets = new Map<number, number>();
  private total = 0;

  constructor(private readonly requested: readonly number[]) {}

  static read(reader: ByteReader, asked: readonly number[]): Quantiles {
    const quantiles = new Quantiles(asked);
    for (let left = reader.varint(); left > 0; left--) quantiles.put(reader.signed(), reader.varint());
    return quantiles;
  }

  add(value: number): void {
    this.put(bucketOf(value), 1);
  }

  merge({ buckets }: Quantiles): void {
    for (const [bucket, count] of buckets) this.put(bucket, count);
  }

  write(writer: ByteWriter): void {
    writer.varint(this.buckets.size);
    for (const [bucket, count] of this.sorted()) {
      writer.signed(bucket);
      writer.varint(count);
    }
  }

  get storedValues(): number {
    return this.buckets.size;
  }

  result(): AggregateResult {
    if (this.total === 0) return {};
    const sorted = this.sorted();
    return {
      error: RELATIVE_ERROR,
      quantiles: this.requested.map((quantile) => ({ quantile, value: this.valueAt(quantile, sorted) })),
    };
  }

  /** Returns the value at rank ⌊q·(n − 1)⌋ of the n values in ascending order. Ranks start at 0. */
  private valueAt(quantile: number, sorted: readonly (readonly [number, number])[]): number {
    const rank = Math.floor(quantile * (this.total - 1));
    let seen = 0;
    for (const [bucket, count] of sorted) if ((seen += count) > rank) return valueOf(bucket);
    throw new RangeError(`quantile must be between 0 and 1; got ${quantile}`);
  }

  private put(bucket: number, count: number): void {
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + count);
    this.total += count;
  }

  private sorted(): [number, number][] {
    return [...this.buckets].sort(([a], [b]) => a - b);
  }
}

/** Exponent of {@link GAMMA} for {@link MIN_MAGNITUDE}. The bucket with this exponent gets the number 1. */
const FIRST_EXPONENT = Math.ceil(Math.log(MIN_MAGNITUDE) / LOG_GAMMA);

/** Returns the bucket number of a value: 0 for tiny values. It has the sign of the value and ascends with it. */
function bucketOf(value: number): number {
  const size = Math.min(Math.abs(value), MAX_MAGNITUDE);
  if (size < MIN_MAGNITUDE) return 0;
  const bucket = Math.ceil(Math.log(size) / LOG_GAMMA) - FIRST_EXPONENT + 1;
  return value < 0 ? -bucket : bucket;
}

/**
 * Returns the middle of a bucket. As an estimate of any value in the bucket, it has a relative error of at most
 * {@link RELATIVE_ERROR}.
 */
function valueOf(bucket: number): number {
  if (bucket === 0) return 0;
  const size = (2 * GAMMA ** (Math.abs(bucket) + FIRST_EXPONENT - 1)) / (GAMMA + 1);
  return bucket < 0 ? -size : size;
}
