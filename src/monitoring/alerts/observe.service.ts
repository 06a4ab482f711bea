import type { LatestWindowsService } from '../../streams/latest-windows.service';
import type { ProcessSlices } from '../system/process-slices.service';
import type { SystemService } from '../system/system.service';
import { MOST_KEYS, RuleFault, type AlertSpec } from './alert-rule';
import { compileRule, type CompiledRule } from './compile-rule';
import type { Finding } from './judge';
import {
  emptyWindow,
  idleOperation,
  OPERATION_SHAPE,
  observedOperation,
  observedSystem,
  observedWindow,
  SYSTEM_SHAPE,
  windowShape,
  type Observation,
} from './observation';

/** What was found out about one key, and by what. */
export interface Observed {
  readonly finding: Finding;
  readonly shown: Observation;
}

export interface ObserveSources {
  readonly latest: Pick<LatestWindowsService, 'latest'>;
  readonly slices: Pick<ProcessSlices, 'refresh' | 'operations'>;
  readonly systems: Pick<SystemService, 'system'>;
}

/** Asks a rule's condition about everything that the rule looks at. */
export class Observer {
  constructor(private readonly sources: ObserveSources) {}

  /**
   * @param open keys with an alert that is not resolved: they are asked about though nothing comes of them any more
   * @returns by key
   * @throws RuleFault where the rule can't be evaluated
   */
  async observe(spec: AlertSpec, open: readonly string[]): Promise<ReadonlyMap<string, Observed>> {
    switch (spec.source) {
      case 'WINDOWS':
        return this.windows(spec, open);
      case 'OPERATIONS':
        return this.operations(spec, open);
      case 'SYSTEM': {
        const rule = compileRule(spec, SYSTEM_SHAPE);
        return new Map([['', found(rule, observedSystem(await this.sources.systems.system()))]]);
      }
    }
  }

  private async windows(spec: AlertSpec, open: readonly string[]): Promise<ReadonlyMap<string, Observed>> {
    const wanted = spec.keys && [...new Set([...spec.keys, ...open])];
    const latest = await this.sources.latest.latest(spec.stream as string, spec.which, wanted);
    if (latest === null) throw new RuleFault('stream', 'the stream is not there, not filled yet, or has sessions');
    if (latest.state === 'FULL' || latest.state === 'FAILED')
      throw new RuleFault('stream', `the stream counts no more: ${latest.reason ?? latest.state}`);
    const { start, end, aggregates, windows } = latest;
    const rule = compileRule(spec, windowShape(aggregates));
    const observed = new Map<string, Observed>();
    for (const { key, events, values } of windows)
      observed.set(key, found(rule, observedWindow(key, { start, end }, events, values)));
    const known = latest.isKeyed ? [...(spec.keys ?? latest.keys), ...open] : [''];
    for (const key of bounded(known, observed.size))
      if (!observed.has(key)) observed.set(key, absent(rule, spec, emptyWindow(key, { start, end }, aggregates)));
    return observed;
  }

  private async operations(spec: AlertSpec, open: readonly string[]): Promise<ReadonlyMap<string, Observed>> {
    const rule = compileRule(spec, OPERATION_SHAPE);
    await this.sources.slices.refresh();
    const isWatched = spec.keys && new Set(spec.keys);
    const observed = new Map<string, Observed>();
    for (const figures of this.sources.slices.operations(spec.windowMs))
      if (isWatched === null || isWatched.has(figures.field))
        observed.set(figures.field, found(rule, observedOperation(figures)));
    for (const field of [...(spec.keys ?? []), ...open])
      if (!observed.has(field)) observed.set(field, absent(rule, spec, idleOperation(field)));
    return observed;
  }
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
  if (new Set(keys).size > MOST_KEYS || more > MOST_KEYS)
    throw new RuleFault('keys', `the stream has more than ${MOST_KEYS} keys: name those that matter`);
  return keys;
}
