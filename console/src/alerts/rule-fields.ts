import type { Rule, RuleDraft } from './rule-draft';

interface Choice<Value extends string> {
  readonly value: Value;
  readonly title: string;
}

export const SOURCES: readonly (Choice<Rule['source']> & { readonly example: string; readonly names: string })[] = [
  {
    value: 'SYSTEM',
    title: 'The system',
    example: 'system.inboxOldestAgeSeconds > 30.0',
    names:
      'system.inboxOldestAgeSeconds, inboxEvents, eventsPerSecond, queueJobs, watermarkDelaySeconds, postgresRoundTripSeconds, redisReachable, workerProcesses, memoryBytes and others',
  },
  {
    value: 'OPERATIONS',
    title: 'Operations',
    example: "operation.field == 'search' && operation.p99 > 0.5",
    names: 'operation.field, count, perSecond, errors, failures, failureRatio, mean, p50, p95, p99 (seconds)',
  },
  {
    value: 'WINDOWS',
    title: 'Windows of a stream',
    example: 'window.orders < 1.0',
    names: 'window.key, start, end, events, and the stream’s aggregates by name',
  },
];

export const SEVERITIES: readonly Choice<Rule['severity']>[] = [
  { value: 'INFO', title: 'Info' },
  { value: 'WARNING', title: 'Warning' },
  { value: 'CRITICAL', title: 'Critical' },
];

export const WINDOWS: readonly Choice<Rule['which']>[] = [
  { value: 'COMPLETE', title: 'Newest complete window' },
  { value: 'CURRENT', title: 'Current window' },
];

export const NO_DATA: readonly Choice<Rule['noData']>[] = [
  { value: 'ZERO', title: 'Treat as zero' },
  { value: 'KEEP', title: 'Keep alert states' },
  { value: 'CLEAR', title: 'Resolve alerts' },
];

interface TextField {
  readonly name: 'id' | 'description' | 'for' | 'window';
  readonly label: string;
  readonly hint?: string;
  /** The source to which the field applies; absent: all. */
  readonly source?: Rule['source'];
}

export const TEXT_INPUTS: readonly TextField[] = [
  { name: 'id', label: 'Id', hint: 'Letters, digits, - _ .' },
  { name: 'description', label: 'Description', hint: 'Sent with the alerts, for example instructions' },
  { name: 'window', label: 'Over the last', hint: 'ISO 8601 duration, PT10S to PT5M', source: 'OPERATIONS' },
  { name: 'for', label: 'Must hold for', hint: 'ISO 8601 duration: PT0S fires immediately, PT2M after two minutes' },
];

/** Fields of the form that show the errors of their path. */
export const RULE_FIELD_PATHS: readonly (keyof RuleDraft)[] = [
  ...['id', 'description', 'source', 'stream', 'which', 'window', 'keys', 'condition', 'clearCondition'],
  ...['for', 'noData', 'severity'],
] as (keyof RuleDraft)[];
