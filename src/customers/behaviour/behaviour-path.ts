import { MAX_ORDER_DAYS, SESSION_FEATURES, type SessionFeature } from '../../features/session-features';
import type { DecisionStep } from '../../learn/decision-nodes';
import { durationText } from '../../learn/durations';

/** One test that led to an answer. */
export interface BehaviourStep {
  /** Name of the feature, see `SESSION_FEATURES`. */
  readonly feature: string;
  readonly comparison: 'AT_MOST' | 'ABOVE';
  readonly threshold: number;
  /** The session's value. */
  readonly value: number;
  /** Plain English: `3 product pages (more than 2)`. */
  readonly text: string;
}

/**
 * Turns the tests of a path into steps. Of several tests of one feature with the same result, the last one remains,
 * because it is the narrowest; it takes the place of the first.
 * @param features the session's values
 */
export function behaviourPath(tests: readonly DecisionStep[], features: ArrayLike<number>): BehaviourStep[] {
  const steps = new Map<string, BehaviourStep>();
  for (const { feature, threshold, side } of tests) {
    const definition = SESSION_FEATURES[feature]!;
    const comparison = side === 'left' ? 'AT_MOST' : 'ABOVE';
    const value = features[feature]!;
    steps.set(`${feature} ${side}`, {
      feature: definition.name,
      comparison,
      threshold,
      value,
      text: stepText(definition, comparison, threshold, value),
    });
  }
  return [...steps.values()];
}

/** The whole path in one line: `3 product pages (more than 2) → sorted by price`. */
export function pathText(steps: readonly BehaviourStep[]): string {
  return steps.map(({ text }) => text).join(' → ');
}

function stepText(
  { kind, label }: SessionFeature,
  comparison: BehaviourStep['comparison'],
  threshold: number,
  value: number,
): string {
  if (kind === 'flag') return value > 0 ? label.one : label.other;
  // Thresholds lie between two values: `more than 2.5` of a count is `more than 2`.
  const isWhole = kind === 'count' || kind === 'hour' || kind === 'weekday';
  const limit = isWhole ? Math.floor(threshold) : threshold;
  const condition = `${comparison === 'AT_MOST' ? 'at most' : 'more than'} ${valueText(kind, limit)}`;
  if (kind === 'hour' || kind === 'weekday') return `${label.other} ${value} (${condition})`;
  if (kind === 'days' && value >= MAX_ORDER_DAYS)
    return `no earlier order for ${valueText(kind, value)} (${condition})`;
  return `${valueText(kind, value)} ${value === 1 ? label.one : label.other} (${condition})`;
}

function valueText(kind: SessionFeature['kind'], value: number): string {
  switch (kind) {
    case 'seconds':
      return durationText(value);
    case 'days':
      return `${Math.round(value)} days`;
    case 'amount':
      return value.toFixed(2);
    case 'share':
      return `${Math.round(100 * value)} %`;
    default:
      return String(value);
  }
}
