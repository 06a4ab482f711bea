import { MS_PER_HOUR } from '../../learn/durations';
import type { Pool } from '../../platform/postgres';
import type { PastWindowsService } from '../../streams/past-windows.service';
import { readHistoricalOperations } from '../system/historical-operations.store';
import { AlertRuleError, type AlertSpec } from './alert-rule';
import { compileRule } from './compile-rule';
import { NO_WINDOWS } from './rule-observer.service';
import { OPERATION_SHAPE, SYSTEM_SHAPE, windowShape } from './observation';
import { observeOperations, observeSystem, observeWindows, type ResultsByKey } from './evaluate-rule';
import { readSystemSamples } from './system-sample.store';

/** An evaluation of the rule, as the evaluator would have done it at a past time. */
export interface HistoricalObservation {
  /** Milliseconds since 1970. */
  readonly at: number;
  /**
   * Evaluates the rule at that time.
   * @param open keys with an open alert
   * @throws AlertRuleError
   */
  readonly observe: (open: readonly string[]) => ResultsByKey;
}

export interface HistorySources {
  readonly pool: Pool;
  readonly windows: Pick<PastWindowsService, 'past'>;
}

/**
 * Returns evaluations of the rule at past times, in order of time. They use the windows of a stream in the last hour
 * (with their present values), the operations of the last ten minutes, or the samples of the system in the last hour.
 * @throws AlertRuleError
 */
export async function readHistoricalObservations(
  spec: AlertSpec,
  { pool, windows }: HistorySources,
): Promise<HistoricalObservation[]> {
  switch (spec.source) {
    case 'WINDOWS': {
      if (spec.which === 'CURRENT')
        throw new AlertRuleError(
          'which',
          'past states of CURRENT windows are not stored; only rules on COMPLETE windows have a preview',
        );
      const past = await windows.past(spec.stream as string, spec.keys, MS_PER_HOUR);
      if (past === null) throw new AlertRuleError('stream', NO_WINDOWS);
      const [oldest] = past;
      if (oldest === undefined) return [];
      const rule = compileRule(spec, windowShape(oldest.aggregates));
      return past.map((pastWindows) => ({
        at: pastWindows.at,
        observe: (open) => observeWindows(rule, spec, pastWindows, open),
      }));
    }
    case 'OPERATIONS': {
      const rule = compileRule(spec, OPERATION_SHAPE);
      const past = await readHistoricalOperations(pool, spec.windowMs);
      return past.map(({ at, figures }) => ({ at, observe: (open) => observeOperations(rule, spec, figures(), open) }));
    }
    case 'SYSTEM': {
      const rule = compileRule(spec, SYSTEM_SHAPE);
      const samples = await readSystemSamples(pool, MS_PER_HOUR);
      return samples.map(({ at, observed }) => ({ at: at.getTime(), observe: () => observeSystem(rule, observed) }));
    }
  }
}
