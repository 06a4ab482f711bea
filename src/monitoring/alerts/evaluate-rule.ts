import type { LatestWindows } from '../../streams/latest-windows.service';
import type { OperationFigures } from '../system/operation-figures';
import { MAX_KEYS, AlertRuleError, type AlertSpec } from './alert-rule';
import type { CompiledRule } from './compile-rule';
import type { ConditionResult } from './next-alert-state';
import { emptyWindow, idleOperation, observedOperation, observedWindow, type Observation } from './observation';

/** The result of a rule's conditions for one key, and the values of the fields that they read. */
interface KeyResult {
  readonly conditionResult: ConditionResult;
  readonly usedFields: Observation;
}

export type ResultsByKey = ReadonlyMap<string, KeyResult>;

/** The key of the only alert of a rule whose source has no keys. */
const NO_KEY = '';

/**
 * Evaluates a rule on the latest windows of a stream.
 * @param open keys with an open alert; they are evaluated even if they have no data any more
 * @throws AlertRuleError if the stream has stopped or has too many keys
 */
export function observeWindows(
  rule: CompiledRule,
  spec: AlertSpec,
  latest: LatestWindows,
  open: readonly string[],
): ResultsByKey {
  if (latest.state === 'FULL' || latest.state === 'FAILED')
    throw new AlertRuleError('stream', `the stream has stopped: ${latest.reason ?? latest.state}`);
  const { start, end, aggregates, windows } = latest;
  const resultsByKey = new Map<string, KeyResult>();
  for (const { key, events, values } of windows)
    resultsByKey.set(key, evaluateConditions(rule, observedWindow(key, { start, end }, events, values)));
  const expectedKeys = latest.isKeyed ? [...(spec.keys ?? latest.keys), ...open] : [NO_KEY];
  for (const key of requireFewKeys(expectedKeys, resultsByKey.size))
    if (!resultsByKey.has(key))
      resultsByKey.set(key, evaluateNoData(rule, spec, emptyWindow(key, { start, end }, aggregates)));
  return resultsByKey;
}

/** Evaluates a rule on the metrics of operations. @param open as in {@link observeWindows} */
export function observeOperations(
  rule: CompiledRule,
  spec: AlertSpec,
  operations: readonly OperationFigures[],
  open: readonly string[],
): ResultsByKey {
  const isWatched = spec.keys && new Set(spec.keys);
  const resultsByKey = new Map<string, KeyResult>();
  for (const figures of operations)
    if (isWatched === null || isWatched.has(figures.field))
      resultsByKey.set(figures.field, evaluateConditions(rule, observedOperation(figures)));
  for (const field of [...(spec.keys ?? []), ...open])
    if (!resultsByKey.has(field)) resultsByKey.set(field, evaluateNoData(rule, spec, idleOperation(field)));
  return resultsByKey;
}

export function observeSystem(rule: CompiledRule, system: Observation): ResultsByKey {
  return new Map([[NO_KEY, evaluateConditions(rule, system)]]);
}

function evaluateConditions(rule: CompiledRule, observation: Observation): KeyResult {
  const conditionResult = { met: rule.isMet(observation), cleared: rule.isCleared(observation) };
  return { conditionResult, usedFields: rule.usedFields(observation) };
}

function evaluateNoData(rule: CompiledRule, { noData }: AlertSpec, empty: Observation): KeyResult {
  if (noData === 'ZERO') return evaluateConditions(rule, empty);
  return {
    conditionResult: noData === 'KEEP' ? null : { met: false, cleared: true },
    usedFields: rule.usedFields(empty),
  };
}

function requireFewKeys(keys: readonly string[], windowCount: number): readonly string[] {
  if (new Set(keys).size > MAX_KEYS || windowCount > MAX_KEYS)
    throw new AlertRuleError('keys', `the stream has more than ${MAX_KEYS} keys; restrict the rule to some keys`);
  return keys;
}
