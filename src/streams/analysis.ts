import { assembleWindows, type WindowGrid } from './assemble-windows';
import { compareDecimals } from '../learn/exact-decimal';
import type { AggregateResult } from './aggregate/aggregate';
import { compileDefinition, type CompiledDefinition } from './compile-stream';
import type { ArrivedEvent } from './stored-event-columns';
import type { KeyedWindow, PartialAggregates } from './partial-aggregates';
import { SpecFault, type Definition, type WindowSpec } from './stream-spec';
import { windowAssignerOf, type WindowAssigner } from './window/window-assigner';
import type { Pane } from './window/panes';

/** Limits of one analysis. Exceeding one throws {@link LimitFault}. */
export interface AnalysisLimits {
  /** Events that are read from the log. */
  readonly events: number;
  /** Pairs of a key and a window; for hopping windows, pairs of a key and a slide. */
  readonly groups: number;
  /** Values that DISTINCT, QUANTILES and TOP store, over all groups. */
  readonly values: number;
  /** Merges of groups into hopping windows: number of groups × number of slides per window. */
  readonly placed: number;
}

export const ANALYSIS_LIMITS: AnalysisLimits = { events: 1_000_000, groups: 50_000, values: 500_000, placed: 500_000 };

/** A stream definition that is evaluated once over a time range in the past. */
export interface AnalysisSpec extends Definition {
  readonly range: Pane;
  /** Null for one window that covers the range. */
  readonly window: WindowSpec | null;
  /** Null for order by start and key. */
  readonly order: { readonly value: string; readonly descending: boolean } | null;
  readonly most: number;
}

/** An analysis that exceeds one of its {@link AnalysisLimits}. */
export class LimitFault extends Error {}

/** Number of events between two checks of the limits. */
const LIMIT_CHECK_INTERVAL = 10_000;
const ALL_TIME: Pane = { start: -Infinity, end: Infinity };

/** Aggregates events, in any order, as a stream with the same definition does. */
export class Analysis {
  readonly compiled: CompiledDefinition;
  private readonly window: WindowAssigner;
  private readonly groups: PartialAggregates;
  private eventCount = 0;

  /** @throws SpecFault */
  constructor(
    readonly spec: AnalysisSpec,
    private readonly limits: AnalysisLimits = ANALYSIS_LIMITS,
  ) {
    this.window = spec.window === null ? singleWindowOf(spec.range) : windowAssignerOf(spec.window);
    this.compiled = compileDefinition(spec, this.window, Infinity);
    if (this.compiled.codeFault !== undefined) throw this.compiled.codeFault;
    this.groups = this.compiled.empty();
    const { order, aggregates } = spec;
    const orderAggregate = aggregates.find(({ name }) => name === order?.value);
    if (order !== null && orderAggregate === undefined)
      throw new SpecFault('orderBy.value', 'must be the name of an aggregate');
    if (orderAggregate?.kind === 'TOP')
      throw new SpecFault('orderBy.value', 'must not be a TOP aggregate: a list has no order');
  }

  /** Adds an event. @throws LimitFault, or BudgetExceeded if the expressions are too expensive for the event */
  add({ event, ...arrival }: ArrivedEvent): void {
    if (++this.eventCount > this.limits.events)
      throw new LimitFault(
        `The analysis reads more than ${this.limits.events} events. Use a shorter time range or fewer event types.`,
      );
    this.compiled.add(event, arrival, this.groups, 0);
    if (this.eventCount % LIMIT_CHECK_INTERVAL === 0) this.checkLimits(this.groups.all());
  }

  /** Returns the first `most` rows in the requested order. @throws LimitFault */
  rows(): KeyedWindow[] {
    const pieces = this.groups.all();
    this.checkLimits(pieces);
    const { order, most } = this.spec;
    const rows = this.assembleWholeWindows(pieces).sort((a, b) => a.start - b.start || (a.key < b.key ? -1 : 1));
    if (order === null) return rows.slice(0, most);
    const at = this.spec.aggregates.findIndex(({ name }) => name === order.value);
    const sign = order.descending ? -1 : 1;
    return rows
      .map((row) => ({ row, result: row.state.aggregates[at]!.result() }))
      .sort((a, b) => byResult(a.result, b.result, sign))
      .slice(0, most)
      .map(({ row }) => row);
  }

  private assembleWholeWindows(pieces: readonly KeyedWindow[]): KeyedWindow[] {
    const { panes, slides } = this.window;
    const { window } = this.spec;
    if (panes === null || window === null || slides === 1) return [...pieces];
    if (pieces.length * slides > this.limits.placed)
      throw new LimitFault(
        `The analysis has ${pieces.length} groups in windows of ${slides} slides, which is too many. ` +
          'Use a shorter time range, fewer keys or a longer slide.',
      );
    const grid: WindowGrid = { panes, slidesPerWindow: slides };
    return assembleWindows({ ...this.compiled, window: this.window, spec: { window } }, this.groups, grid, ALL_TIME);
  }

  private checkLimits(pieces: readonly KeyedWindow[]): void {
    const { groups, values } = this.limits;
    if (pieces.length > groups)
      throw new LimitFault(
        `The analysis has more than ${groups} groups. Use a shorter time range, longer windows or fewer keys.`,
      );
    if (pieces.reduce((sum, { state }) => sum + state.storedValues, 0) > values)
      throw new LimitFault(
        `DISTINCT, QUANTILES and TOP store more than ${values} values. Use a shorter time range or fewer groups.`,
      );
  }
}

function singleWindowOf(range: Pane): WindowAssigner {
  return { panes: null, slides: 1, gap: 0, paneAt: () => range };
}

/** Compares results by value. Rows without a value are last, in ascending and descending order. */
function byResult(a: AggregateResult, b: AggregateResult, sign: number): number {
  if (a.decimal !== undefined && b.decimal !== undefined) return sign * compareDecimals(a.decimal, b.decimal);
  const [left, right] = [numberOf(a), numberOf(b)];
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
  return sign * (left - right);
}

function numberOf({ decimal, estimate, quantiles }: AggregateResult): number | undefined {
  if (decimal !== undefined) return Number(decimal.units) / 10 ** decimal.scale;
  return estimate ?? quantiles?.[0]?.value;
}
