import type { ByteWriter } from '../../learn/byte-writer';
import type { ExactDecimal } from '../../learn/exact-decimal';

/** The result of an aggregate. Properties that its kind does not have are absent. */
export interface AggregateResult {
  /** Exact value. */
  readonly decimal?: ExactDecimal;
  /** Estimate with a relative error of `error`. */
  readonly estimate?: number;
  readonly error?: number;
  readonly quantiles?: readonly { readonly quantile: number; readonly value: number }[];
  readonly top?: readonly { readonly value: string; readonly count: number }[];
  /** Whether there were more distinct values than the aggregate stores. */
  readonly overfull?: boolean;
}

/**
 * The state of one aggregate of a window. It is a function of the multiset of added values: the encoded bytes do not
 * depend on the order in which values are added and states are merged.
 */
export interface Aggregate<V> {
  add(value: V): void;
  /** Merges another aggregate of the same kind, which is not modified. */
  merge(other: this): void;
  write(writer: ByteWriter): void;
  result(): AggregateResult;
  /** Number of stored values, as a measure of memory; 0 for an aggregate that stores only one or two numbers. */
  readonly storedValues: number;
}
