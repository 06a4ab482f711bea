import type { ByteWriter } from '../../learn/byte-writer';
import type { ExactDecimal } from './exact-decimal';

/** What an aggregate says of a window. What its kind does not have is absent. */
export interface AggregateResult {
  /** Exact. */
  readonly decimal?: ExactDecimal;
  /** Within `error` of the truth, relative to it. */
  readonly estimate?: number;
  readonly error?: number;
  readonly quantiles?: readonly { readonly quantile: number; readonly value: number }[];
  readonly top?: readonly { readonly value: string; readonly count: number }[];
  /** There were more different values than are kept. */
  readonly overfull?: boolean;
}

/**
 * What is kept of the values of one window. Each is a function of the multiset of values it was given: in whatever order
 * and grouping values are added and parts are merged, the same bytes are written.
 */
export interface Aggregate<V> {
  add(value: V): void;
  /** Takes in another of its own kind, which stays as it is. */
  merge(other: this): void;
  write(writer: ByteWriter): void;
  result(): AggregateResult;
  /** Values that it keeps, beyond a number or two: what memory it takes. */
  readonly kept: number;
}
