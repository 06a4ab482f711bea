import type { LatestWindows } from '../../streams/latest-windows.service';
import type { OperationFigures } from '../system/operation-figures';
import { MAX_KEYS, RuleFault, type AlertSpec } from './alert-rule';
import type { CompiledRule } from './compile-rule';
import type { Finding } from './judge';
import { emptyWindow, idleOperation, observedOperation, observedWindow, type Observation } from './observation';

/** The result of the conditions for one key, and the values that they read. */
export interface Observed {
  readonly finding: Finding;
  readonly shown: Observation;
}

/** The results by key. */
export type ObservedKeys = ReadonlyMap<string, Observed>;

/** The key of a source without keys. */
export const NO_KEY = '';

/**
 * Evaluates a rule on the latest windows of a stream.
 * @param open keys with an open alert; they are evaluated even if they have no data any more
 * @throws RuleFault if the stream has stopped or has too many keys
 */
export function observeWindows(
  rule: CompiledRule,
  spec: AlertSpec,
  latest: LatestWindows,
  open: readonly string[],
): ObservedKeys {
  if (latest.state === 'FULL' || latest.state === 'FAILED')
    throw new RuleFault('stream', `the stream has stopped: ${latest.reason ?? latest.state}`);
  const { start, end, aggregates, windows } = latest;
  const observed = new Map<string, Observed>();
  for (const { key, events, values } of windows)
    observed.set(key, found(rule, observedWindow(key, { start, end }, events, values)));
  const known = latest.isKeyed ? [...(spec.keys ?? latest.keys), ...open] : [NO_KEY];
  for (const key of bounded(known, observed.size))
    if (!observed.has(key)) observed.set(key, absent(rule, spec, emptyWindow(key, { start, end }, aggregates)));
  return observed;
}

/** Evaluates a rule on operations. @param open as in {@link observeWindows} */
export function observeOperations(
  rule: CompiledRule,
  spec: AlertSpec,
  operations: readonly OperationFigures[],
  open: readonly string[],
): ObservedKeys {
  const isWatched = spec.keys && new Set(spec.keys);
  const observed = new Map<string, Observed>();
  for (const figures of operations)
    if (isWatched === null || isWatched.has(figures.field))
      observed.set(figures.field, found(rule, observedOperation(figures)));
  for (const field of [...(spec.keys ?? []), ...open])
    if (!observed.has(field)) observed.set(field, absent(rule, spec, idleOperation(field)));
  return observed;
}

export function observeSystem(rule: CompiledRule, system: Observation): ObservedKeys {
  return new Map([[NO_KEY, found(rule, system)]]);
}

function found(rule: CompiledRule, observation: Observation): Observed {
  const finding = { met: rule.met(observation), cleared: rule.cleared(observation) };
  return { finding, shown: rule.shown(observation) };
}

function absent(rule: CompiledRule, { noData }: AlertSpec, empty: Observation): Observed {
  if (noData === 'ZERO') return found(rule, empty);
  return { finding: noData === 'KEEP' ? null : { met: false, cleared: true }, shown: rule.shown(empty) };
}

function bounded(keys: readonly string[], more: number): readonly string[] {
  if (new Set(keys).size > MAX_KEYS || more > MAX_KEYS)
    throw new RuleFault('keys', `the stream has more than ${MAX_KEYS} keys; restrict the rule to some keys`);
  return keys;
}
