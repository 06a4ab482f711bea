import { setImmediate } from 'node:timers/promises';
import { BudgetExceeded } from '../expressions/budget';
import { ApiError } from '../graphql/errors';
import { overloadedError } from '../graphql/limits/overloaded-error';
import { inSnapshot, type Pool } from '../platform/postgres';
import { Analysis, ANALYSIS_LIMITS, LimitFault, type AnalysisLimits, type AnalysisSpec } from './analysis';
import { readLogByTime } from './analysis-log.store';
import type { AnalysisRow, AnalyzeInput } from './analysis.type';
import { decodeKey } from './key-encoding';
import { SpecFault } from './stream-spec';
import { parseDefinition, parseWindow } from './parse-stream-input';
import { parseLateness } from './window/window-assigner';
import { valuesOf } from './window-values';

/** Maximum number of analyses that one process runs at a time. */
const MAX_CONCURRENT_ANALYSES = 2;
const MAX_ANALYSIS_MS = 20_000;
/** Time slice: how long an analysis may block the event loop before it yields. */
const TIME_SLICE_MS = 5;
const MAX_ROWS = 1_000;
const DEFAULT_ROWS = 100;
/** PostgreSQL error code query_canceled. */
const STATEMENT_TIMED_OUT = '57014';

/** Runs one-off analyses of the log. */
export class AnalysisService {
  private running = 0;

  constructor(
    private readonly pool: Pool,
    private readonly limits: AnalysisLimits & { readonly ms: number } = { ...ANALYSIS_LIMITS, ms: MAX_ANALYSIS_MS },
    private readonly sliceMs = TIME_SLICE_MS,
  ) {}

  /** @throws ApiError BAD_USER_INPUT with the `argument`, TOO_COMPLEX with the limit, or OVERLOADED */
  async analyze(input: AnalyzeInput): Promise<AnalysisRow[]> {
    if (this.running >= MAX_CONCURRENT_ANALYSES)
      throw overloadedError(`This process already runs ${MAX_CONCURRENT_ANALYSES} analyses, its maximum. Retry later.`);
    this.running++;
    try {
      return await this.answer(input);
    } catch (error) {
      throw asApiError(error);
    } finally {
      this.running--;
    }
  }

  private async answer(input: AnalyzeInput): Promise<AnalysisRow[]> {
    const spec = parseAnalyzeInput(input);
    const analysis = new Analysis(spec, this.limits);
    const latenessMs = input.lateness == null ? null : parseLateness(input.lateness);
    const { fields } = analysis.compiled;
    const asOfToday = input.dimensions === 'TODAY';
    const question = { range: spec.range, types: spec.from, latenessMs, fields, asOfToday };
    const until = performance.now() + this.limits.ms;
    await inSnapshot(this.pool, async (client) => {
      let sliceStart = performance.now();
      for await (const events of readLogByTime(client, question)) {
        for (const event of events) {
          analysis.add(event);
          if (performance.now() - sliceStart < this.sliceMs) continue;
          await setImmediate();
          sliceStart = performance.now();
          if (sliceStart > until) throw tooLong(this.limits.ms);
        }
      }
    });
    return analysis.rows().map(({ key, start, end, state }) => ({
      key,
      keys: decodeKey(key, spec.keys.length),
      start: new Date(start),
      end: new Date(end),
      events: state.events,
      values: valuesOf(state, spec.aggregates),
    }));
  }
}

/** @throws SpecFault */
function parseAnalyzeInput(input: AnalyzeInput): AnalysisSpec {
  const { from, to, types, window, orderBy, most } = input;
  const range = { start: from.getTime(), end: to.getTime() };
  if (!(range.start < range.end)) throw new SpecFault('from', 'must be before to');
  const rows = most ?? DEFAULT_ROWS;
  if (!(rows >= 1 && rows <= MAX_ROWS)) throw new SpecFault('most', `must be between 1 and ${MAX_ROWS}; got ${rows}`);
  return {
    ...parseDefinition(input, types),
    range,
    window: window == null ? null : parseWindow(window),
    order: orderBy == null ? null : { value: orderBy.value, descending: orderBy.descending ?? true },
    most: rows,
  };
}

function tooLong(ms: number): LimitFault {
  return new LimitFault(
    `The analysis takes longer than ${ms / 1_000} s. Use a shorter time range or fewer event types.`,
  );
}

function asApiError(error: unknown): unknown {
  if (error instanceof SpecFault)
    return new ApiError('BAD_USER_INPUT', `${error.path}: ${error.message}`, { argument: error.path });
  if (error instanceof LimitFault) return new ApiError('TOO_COMPLEX', error.message);
  if (error instanceof BudgetExceeded)
    return new ApiError('TOO_COMPLEX', 'The expressions are too expensive to evaluate for one event. Simplify them.');
  if ((error as { code?: string }).code === STATEMENT_TIMED_OUT) return asApiError(tooLong(MAX_ANALYSIS_MS));
  return error;
}
