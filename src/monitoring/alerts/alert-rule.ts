export const ALERT_SOURCES = ['WINDOWS', 'OPERATIONS', 'SYSTEM'] as const;
/** What a rule looks at: a stream's windows, how operations went, or how the shop runs. */
export type AlertSource = (typeof ALERT_SOURCES)[number];

export const ALERT_SEVERITIES = ['INFO', 'WARNING', 'CRITICAL'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

export const NO_DATA = ['ZERO', 'KEEP', 'CLEAR'] as const;
/** What it means where there is no window: that nothing happened, that nothing is known, or that all is well. */
export type NoData = (typeof NO_DATA)[number];

export const ALERT_STATES = ['PENDING', 'FIRING', 'RESOLVED'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

export const WINDOW_CHOICES = ['COMPLETE', 'CURRENT'] as const;
export type WindowChoice = (typeof WINDOW_CHOICES)[number];

/** A rule, as it is stored. */
export interface AlertSpec {
  readonly source: AlertSource;
  /** Of WINDOWS. */
  readonly stream: string | null;
  /** Of WINDOWS: which of a key's windows is looked at. */
  readonly which: WindowChoice;
  /** Of OPERATIONS, in milliseconds: over how much of the past. */
  readonly windowMs: number;
  /** Only these keys, whether or not anything comes of them; null: all that are known. */
  readonly keys: readonly string[] | null;
  /** CEL. */
  readonly condition: string;
  /** CEL: what ends an alert that fires; null: that its condition is not met any more. */
  readonly clearCondition: string | null;
  /** How long the condition has to hold before the alert fires. */
  readonly forMs: number;
  readonly noData: NoData;
  readonly severity: AlertSeverity;
}

export interface AlertRuleRecord {
  readonly id: string;
  readonly revision: number;
  readonly spec: AlertSpec;
  readonly silencedUntil: Date | null;
}

/** Of one shop. */
export const MAX_RULES = 100;
/** Keys that one rule may watch. */
export const MAX_KEYS = 1_000;
export const MAX_FOR_MS = 7 * 86_400_000;
export const MIN_WINDOW_MS = 10_000;
export const MAX_WINDOW_MS = 300_000;

/** What is wrong with a rule, and where: the path of the part of its input. */
export class RuleFault extends Error {
  constructor(
    readonly path: string,
    message: string,
  ) {
    super(message);
    this.name = 'RuleFault';
  }
}
