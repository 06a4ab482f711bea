import type { EventType } from '../events/log-event';

export const WINDOW_KINDS = ['TUMBLING', 'HOPPING', 'SESSION'] as const;
export type WindowKind = (typeof WINDOW_KINDS)[number];

export const AGGREGATE_KINDS = ['COUNT', 'SUM', 'AVERAGE', 'MIN', 'MAX', 'DISTINCT', 'QUANTILES', 'TOP'] as const;
export type AggregateKind = (typeof AGGREGATE_KINDS)[number];

export interface NamedExpression {
  readonly name: string;
  /** CEL. */
  readonly expression: string;
}

/** One unit of `unit` is `factor` of what is converted to. */
export interface RateSpec {
  readonly unit: string;
  /** ISO 8601; null: always. */
  readonly since: string | null;
  /** A decimal, above 0. */
  readonly factor: string;
}

/** A new field of events; with rates, a number in another unit. */
export interface DerivedSpec extends NamedExpression {
  /** CEL: the unit that the number is in. */
  readonly unit?: string;
  readonly rates?: readonly RateSpec[];
}

export interface AggregateSpec {
  readonly name: string;
  readonly kind: AggregateKind;
  /** Of what; null for a COUNT of events. */
  readonly expression: string | null;
  /** Of which events; null: all. */
  readonly filter: string | null;
  /** Of QUANTILES, each from 0 to 1. */
  readonly quantiles: readonly number[];
  /** Of TOP: how many values. */
  readonly most: number;
  /** Of AVERAGE: the sum is divided by the number of events that meet it. Absent: by the number of values summed. */
  readonly per?: string;
}

/** Lengths are ISO 8601; what a kind of window does not have is null. */
export interface WindowSpec {
  readonly kind: WindowKind;
  readonly size: string | null;
  readonly slide: string | null;
  readonly gap: string | null;
  /** IANA. */
  readonly timeZone: string;
}

/** Which events are counted, by what, and how. */
export interface Definition {
  /** Empty: all types. */
  readonly from: readonly EventType[];
  readonly filter: string | null;
  /** Known to expressions as `vars`. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly derive: readonly DerivedSpec[];
  readonly keys: readonly NamedExpression[];
  readonly aggregates: readonly AggregateSpec[];
}

/** What both events of a pair have to have in common: a text of each, by CEL that looks at that one alone. */
export interface JoinKeySpec {
  readonly event: string;
  readonly other: string;
}

/** Each event is paired with every other one of the same keys that happened near it. */
export interface JoinSpec {
  /** Types of `other`. Empty: all. */
  readonly from: readonly EventType[];
  /** Of `other` alone. */
  readonly filter: string | null;
  readonly on: readonly JoinKeySpec[];
  /** ISO 8601: how long before `event` the other one may have happened, and how long after it. */
  readonly before: string;
  readonly after: string;
}

/** A continuous query, as it is stored. */
export interface StreamSpec extends Definition {
  readonly window: WindowSpec;
  /** ISO 8601. */
  readonly lateness: string;
  /** The stream whose windows are the events; absent: events of the log. */
  readonly over?: string;
  /** Absent: events are counted, and not pairs of them. */
  readonly join?: JoinSpec;
  /** ISO 8601: how long windows are kept; absent: as long as the stream. */
  readonly retention?: string;
  /** Keys that each window (or slide) counts apart; absent: the default. */
  readonly maxKeys?: number;
}

/** Streams between one and the log. */
export const MAX_DEPTH = 3;
export const MAX_AGGREGATES = 20;
export const MAX_KEY_PARTS = 5;
export const MAX_DERIVED = 20;
/** Of one derived field. */
export const MAX_RATES = 2_000;
export const MAX_QUANTILES = 10;
/** Values that TOP shows. */
export const MAX_TOP = 100;
/** Slides of one hopping window. */
export const MAX_SLIDES = 1_000;
export const MAX_LATENESS_MS = 31 * 86_400_000;
/** Parts of what two events have in common. */
export const MAX_JOIN_KEYS = 5;
/** Between two events, before and after. */
export const MAX_INTERVAL_MS = 31 * 86_400_000;
export const MIN_WINDOW_MS = 1_000;

/** What is wrong with a stream, and where: the path of the part of its input. */
export class SpecFault extends Error {
  constructor(
    readonly path: string,
    message: string,
  ) {
    super(message);
    this.name = 'SpecFault';
  }
}
