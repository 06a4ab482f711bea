import { ByteReader } from './byte-reader';
import { ByteWriter } from './byte-writer';
import { probabilityOfLogOdds } from './log-odds';

const MAGIC = 'hashed-logistic';
const VERSION = 1;
/** Size of an artefact unless the caller says otherwise. */
export const MAX_HASHED_LOGISTIC_BYTES = 1_000_000;
/** More buckets would take 4 GB in the learner. */
export const MAX_BUCKET_BITS = 28;
/** Weights are stored as multiples of the largest one ÷ this. */
const MAX_STEP = 32_767;
/** Bytes of the magic, version, bits, intercept, scale and count, at most. */
const HEADER_BYTES = 48;

export interface HashedWeights {
  readonly intercept: number;
  /** Weight of each bucket; the length is a power of two. Most weights are 0. */
  readonly weights: Float64Array;
}

/**
 * Encodes the weights of a logistic regression over hashed features. A weight takes three to four bytes: the gap to the
 * previous bucket, and the weight rounded to 16 bits (as in McMahan et al. 2013, §4.1, but with a scale of its own, so
 * that a weight changes by at most 1/65,534 of the largest one). If the artefact would be too large, the weights of the
 * smallest magnitude are left out; of those with the same magnitude after rounding, all or none. Weights that are
 * rounded to 0 are never stored.
 * @param maxBytes at least 64
 */
export function encodeHashedLogistic(
  { intercept, weights }: HashedWeights,
  maxBytes = MAX_HASHED_LOGISTIC_BYTES,
): Uint8Array {
  // Loops by index: there may be a million buckets.
  let largest = 0;
  for (let bucket = 0; bucket < weights.length; bucket++) largest = Math.max(largest, Math.abs(weights[bucket]));
  const scale = largest / MAX_STEP;
  const steps = new Int16Array(weights.length);
  for (let bucket = 0; bucket < weights.length; bucket++)
    if (weights[bucket] !== 0) steps[bucket] = Math.round(weights[bucket] / scale);

  // The smallest magnitude that is stored, by bisection: the higher it is, the smaller is the artefact.
  const fits = (magnitude: number): boolean => HEADER_BYTES + bytesOf(steps, magnitude) <= maxBytes;
  let [low, high] = [1, fits(1) ? 1 : MAX_STEP + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(middle)) high = middle;
    else low = middle + 1;
  }
  let count = 0;
  for (let bucket = 0; bucket < steps.length; bucket++) if (Math.abs(steps[bucket]) >= low) count++;

  const writer = new ByteWriter();
  writer.string(MAGIC);
  writer.varint(VERSION);
  writer.varint(Math.log2(weights.length));
  writer.f64(intercept);
  writer.f64(scale);
  writer.varint(count);
  let next = 0;
  for (let bucket = 0; bucket < steps.length; bucket++) {
    const step = steps[bucket];
    if (Math.abs(step) < low) continue;
    writer.varint(bucket - next);
    writer.u8(step & 0xff);
    writer.u8((step >> 8) & 0xff);
    next = bucket + 1;
  }
  return writer.finish();
}

/** Returns the size of the weights of at least a magnitude, in bytes. */
function bytesOf(steps: Int16Array, magnitude: number): number {
  let bytes = 0;
  let next = 0;
  for (let bucket = 0; bucket < steps.length; bucket++) {
    if (Math.abs(steps[bucket]) < magnitude) continue;
    for (let rest = bucket - next; rest >= 0x80; rest >>>= 7) bytes++;
    bytes += 3;
    next = bucket + 1;
  }
  return bytes;
}

/**
 * An immutable logistic regression over hashed features, read from the bytes of {@link encodeHashedLogistic}. It takes
 * four bytes of memory per bucket.
 */
export class HashedLogistic {
  /** Base-2 logarithm of the number of buckets. */
  readonly bits: number;
  readonly intercept: number;
  /** Number of weights that are not 0. */
  readonly weightCount: number;
  private readonly weights: Float32Array;

  /** @throws Error if the bytes are those of something else, RangeError if they end early */
  constructor(bytes: Uint8Array) {
    const reader = new ByteReader(bytes);
    reader.expectHeader(MAGIC, VERSION);
    this.bits = reader.varint();
    if (this.bits > MAX_BUCKET_BITS)
      throw new Error(`expected at most 2^${MAX_BUCKET_BITS} buckets; got 2^${this.bits}`);
    this.intercept = reader.f64();
    const scale = reader.f64();
    this.weightCount = reader.varint();
    this.weights = new Float32Array(2 ** this.bits);
    let next = 0;
    for (let count = 0; count < this.weightCount; count++) {
      const bucket = next + reader.varint();
      if (bucket >= this.weights.length) throw new Error(`the bucket ${bucket} is beyond the 2^${this.bits} buckets`);
      const unsigned = reader.u8() | (reader.u8() << 8);
      this.weights[bucket] = ((unsigned << 16) >> 16) * scale;
      next = bucket + 1;
    }
  }

  /**
   * Returns the log-odds of label 1.
   * @param features hashes of the row's features. The lowest {@link bits} bits of a hash are its bucket
   */
  logOdds(features: Uint32Array): number {
    return this.intercept + this.sum(features);
  }

  /** Returns the sum of the weights of some features, which {@link logOdds} adds to the intercept. */
  sum(features: ArrayLike<number>): number {
    let sum = 0;
    for (let k = 0; k < features.length; k++) sum += this.weightOf(features[k]);
    return sum;
  }

  /** Returns the weight of a feature. @param feature its hash */
  weightOf(feature: number): number {
    return this.weights[feature & (this.weights.length - 1)];
  }

  /** Returns the probability of label 1. @param features see {@link logOdds} */
  probability(features: Uint32Array): number {
    return probabilityOfLogOdds(this.logOdds(features));
  }
}
