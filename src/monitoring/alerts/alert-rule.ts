import type { AlertSeverity } from '../../webhooks/alert-severity';

export const ALERT_SOURCES = ['WINDOWS', 'OPERATIONS', 'SYSTEM'] as const;
/** What a rule is evaluated on: the windows of a stream, the GraphQL operations, or the system. */
export type AlertSource = (typeof ALERT_SOURCES)[number];

export const NO_DATA = ['ZERO', 'KEEP', 'CLEAR'] as const;
/**
 * The effect of missing data for a key. ZERO: counts and sums are 0. KEEP: the state of the key's alert stays the same.
 * CLEAR: the alert is resolved.
 */
export type NoData = (typeof NO_DATA)[number];

export const ALERT_STATES = ['PENDING', 'FIRING', 'RESOLVED'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

export const WINDOW_CHOICES = ['COMPLETE', 'CURRENT'] as const;
export type WindowChoice = (typeof WINDOW_CHOICES)[number];

/** The stored definition of a rule. */
export interface AlertSpec {
  readonly source: AlertSource;
  /** For WINDOWS: the id of the stream. */
  readonly stream: string | null;
  /** For WINDOWS: whether the newest complete window of a key or the current one is evaluated. */
  readonly which: WindowChoice;
  /** For OPERATIONS: the length of the evaluated period, in milliseconds. */
  readonly windowMs: number;
  /** The keys that are evaluated, even if they have no data; null for all keys with recent data or an open alert. */
  readonly keys: readonly string[] | null;
  /** A CEL expression. An alert starts when it is met. */
  readonly condition: string;
  /**
   * A CEL expression. A firing alert resolves when this expression is met and `condition` is not. If null, the alert
   * resolves as soon as `condition` is not met.
   */
  readonly clearCondition: string | null;
  /** How long the condition must be met before the alert fires, in milliseconds. */
  readonly forMs: number;
  readonly noData: NoData;
  readonly severity: AlertSeverity;
}

export interface AlertRuleRecord {
  readonly id: string;
  readonly revision: number;
  readonly spec: AlertSpec;
  readonly silencedUntil: Date | null;
  /** When the rule was last evaluated; null if it never was. */
  readonly evaluatedAt: Date | null;
}

/** Maximum number of rules of one shop. */
export const MAX_RULES = 100;
/** Maximum number of keys that one rule evaluates. */
export const MAX_KEYS = 1_000;
export const MAX_FOR_MS = 7 * 86_400_000;
export const MIN_OPERATIONS_WINDOW_MS = 10_000;
export const MAX_OPERATIONS_WINDOW_MS = 300_000;

/** An error in a rule. `path` is the path of the invalid field in the rule's input. */
export class AlertRuleError extends Error {
  constructor(
    readonly path: string,
    message: string,
  ) {
    super(message);
    this.name = 'AlertRuleError';
  }
}
