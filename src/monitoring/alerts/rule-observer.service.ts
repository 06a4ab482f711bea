import type { LatestWindowsService } from '../../streams/latest-windows.service';
import type { ProcessSlices } from '../system/process-slices.service';
import type { SystemService } from '../system/system.service';
import { AlertRuleError, type AlertSpec } from './alert-rule';
import { compileRule } from './compile-rule';
import { OPERATION_SHAPE, observedSystem, SYSTEM_SHAPE, windowShape } from './observation';
import { observeOperations, observeSystem, observeWindows, type ResultsByKey } from './evaluate-rule';

/** Error message for a stream that has no windows to evaluate. */
export const NO_WINDOWS = 'the stream does not exist, is not filled yet, or has session windows';

export interface ObserveSources {
  readonly latest: Pick<LatestWindowsService, 'latest'>;
  readonly slices: Pick<ProcessSlices, 'refresh' | 'operations'>;
  readonly systems: Pick<SystemService, 'system'>;
}

/** Evaluates the conditions of a rule on the current data of its source. */
export class RuleObserver {
  constructor(private readonly sources: ObserveSources) {}

  /**
   * @param open keys with an open alert; they are evaluated even if they have no data any more
   * @throws AlertRuleError if the rule can't be evaluated
   */
  async observe(spec: AlertSpec, open: readonly string[]): Promise<ResultsByKey> {
    const { latest, slices, systems } = this.sources;
    switch (spec.source) {
      case 'WINDOWS': {
        const wanted = spec.keys && [...new Set([...spec.keys, ...open])];
        const windows = await latest.latest(spec.stream as string, spec.which, wanted);
        if (windows === null) throw new AlertRuleError('stream', NO_WINDOWS);
        return observeWindows(compileRule(spec, windowShape(windows.aggregates)), spec, windows, open);
      }
      case 'OPERATIONS': {
        const rule = compileRule(spec, OPERATION_SHAPE);
        await slices.refresh();
        return observeOperations(rule, spec, slices.operations(spec.windowMs), open);
      }
      case 'SYSTEM':
        return observeSystem(compileRule(spec, SYSTEM_SHAPE), observedSystem(await systems.system()));
    }
  }
}
