import type { EventType } from '../events/log-event';

export const WINDOW_KINDS = ['TUMBLING', 'HOPPING', 'SESSION'] as const;
export type WindowKind = (typeof WINDOW_KINDS)[number];

export const AGGREGATE_KINDS = ['COUNT', 'SUM', 'AVERAGE', 'MIN', 'MAX', 'DISTINCT', 'QUANTILES', 'TOP'] as const;
export type AggregateKind = (typeof AGGREGATE_KINDS)[number];

interface NamedExpressionSpec {
  readonly name: string;
  /** Expression in CEL (Common Expression Language). */
  readonly expression: string;
}

/** A conversion rate: an amount in the unit `unit` is multiplied by `factor`. */
export interface RateSpec {
  readonly unit: string;
  /** Start of validity, ISO 8601; null for always. */
  readonly since: string | null;
  /** Decimal greater than 0. */
  readonly factor: string;
}

/** A derived field of events. With rates, it is a number that is converted to another unit. */
export interface DerivedSpec extends NamedExpressionSpec {
  /** CEL expression for the unit of the number. */
  readonly unit?: string;
  readonly rates?: readonly RateSpec[];
}

export interface AggregateSpec {
  readonly name: string;
  readonly kind: AggregateKind;
  /** CEL expression for the aggregated value; null for a COUNT of events. */
  readonly expression: string | null;
  /** CEL condition on events; null for all events. */
  readonly filter: string | null;
  /** For QUANTILES: the quantiles, each between 0 and 1. */
  readonly quantiles: readonly number[];
  /** For TOP: number of values to return. */
  readonly most: number;
  /**
   * For AVERAGE: CEL condition. The sum is divided by the number of events that meet it; if absent, by the number of
   * summed values.
   */
  readonly per?: string;
}

/** Lengths are ISO 8601 durations. Properties that a kind of window does not have are null. */
export interface WindowSpec {
  readonly kind: WindowKind;
  readonly size: string | null;
  readonly slide: string | null;
  readonly gap: string | null;
  /** IANA name of the time zone. */
  readonly timeZone: string;
}

/** Which events are counted, by which keys, and with which aggregates. */
export interface Definition {
  /** Event types; empty for all types. */
  readonly from: readonly EventType[];
  readonly filter: string | null;
  /** Values that expressions read as `vars`. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly derive: readonly DerivedSpec[];
  readonly keys: readonly NamedExpressionSpec[];
  readonly aggregates: readonly AggregateSpec[];
}

/** A condition of a join: two CEL expressions, each over one event of a pair, must return equal texts. */
interface JoinKeySpec {
  readonly event: string;
  readonly other: string;
}

/** An interval join: pairs each event with every other event that has the same keys and occurred near it. */
export interface JoinSpec {
  /** Types of `other`; empty for all types. */
  readonly from: readonly EventType[];
  /** Condition that reads only `other`. */
  readonly filter: string | null;
  readonly on: readonly JoinKeySpec[];
  /** ISO 8601 durations: how long before and after `event` the other event may occur. */
  readonly before: string;
  readonly after: string;
}

/** The stored definition of a continuous query. */
export interface StreamSpec extends Definition {
  readonly window: WindowSpec;
  /** ISO 8601 duration. An event that is received more than this after it occurred is not counted. */
  readonly lateness: string;
  /** The stream whose windows are counted as events; absent if events of the log are counted. */
  readonly over?: string;
  /** Absent for a stream that counts events and not pairs of events. */
  readonly join?: JoinSpec;
  /** ISO 8601 duration: how long windows are stored. If absent, they are stored as long as the stream exists. */
  readonly retention?: string;
  /** Maximum number of keys that each window (or slide) counts separately; absent for the default. */
  readonly maxKeys?: number;
}

/** Maximum number of streams between a stream and the log. */
export const MAX_STREAM_DEPTH = 3;
export const MAX_AGGREGATES = 20;
export const MAX_KEY_PARTS = 5;
export const MAX_DERIVED = 20;
/** Maximum number of conversion rates of one derived field. */
export const MAX_RATES = 2_000;
export const MAX_QUANTILES = 10;
/** Maximum number of values that TOP returns. */
export const MAX_TOP = 100;
/** Maximum number of slides of one hopping window. */
export const MAX_SLIDES = 1_000;
export const MAX_LATENESS_MS = 31 * 86_400_000;
/** Maximum number of key conditions of a join. */
export const MAX_JOIN_KEYS = 5;
/** Maximum time between the two events of a pair, in each direction. */
export const MAX_INTERVAL_MS = 31 * 86_400_000;
export const MIN_WINDOW_LENGTH_MS = 1_000;

/** An error in a stream definition, with the path of the invalid part of the input. */
export class SpecFault extends Error {
  constructor(
    readonly path: string,
    message: string,
  ) {
    super(message);
    this.name = 'SpecFault';
  }
}
