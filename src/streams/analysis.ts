import { assemble, type Grid } from './assemble-windows';
import { compareDecimals } from './aggregate/exact-decimal';
import type { AggregateResult } from './aggregate/aggregate';
import { compileDefinition, type CompiledDefinition } from './compile-stream';
import type { ArrivedEvent } from './event-columns';
import type { KeyedWindow, Partials } from './partials';
import { SpecFault, type Definition, type WindowSpec } from './spec';
import { windowOf, type StreamWindow } from './stream-window';
import type { Pane } from './window/panes';

/** Limits of one analysis. Exceeding one throws {@link LimitFault}. */
export interface AnalysisLimits {
  /** Events that are read from the log. */
  readonly events: number;
  /** Groups: pairs of a key and a window. */
  readonly groups: number;
  /** Values that DISTINCT, QUANTILES and TOP store, over all groups. */
  readonly values: number;
  /** For hopping windows: groups × windows that each group is part of. */
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
const LOOK_EVERY = 10_000;
const ALL_TIME: Pane = { start: -Infinity, end: Infinity };

/** Aggregates events, in any order, as a stream with the same definition does. */
export class Analysis {
  readonly compiled: CompiledDefinition;
  private readonly window: StreamWindow;
  private readonly groups: Partials;
  private taken = 0;

  /** @throws SpecFault */
  constructor(
    readonly spec: AnalysisSpec,
    private readonly limits: AnalysisLimits = ANALYSIS_LIMITS,
  ) {
    this.window = spec.window === null ? wholeOf(spec.range) : windowOf(spec.window);
    this.compiled = compileDefinition(spec, this.window, Infinity);
    this.groups = this.compiled.empty();
    const { order, aggregates } = spec;
    const by = aggregates.find(({ name }) => name === order?.value);
    if (order !== null && by === undefined) throw new SpecFault('orderBy.value', 'must be the name of an aggregate');
    if (by?.kind === 'TOP') throw new SpecFault('orderBy.value', 'must not be a TOP aggregate: a list has no order');
  }

  /** Adds an event. @throws LimitFault, or BudgetExceeded if the expressions are too expensive for the event */
  take({ event, ...arrival }: ArrivedEvent): void {
    if (++this.taken > this.limits.events)
      throw new LimitFault(
        `The analysis reads more than ${this.limits.events} events. Use a shorter time range or fewer event types.`,
      );
    this.compiled.take(event, arrival, this.groups, 0);
    if (this.taken % LOOK_EVERY === 0) this.look(this.groups.all());
  }

  /** Returns the first `most` rows in the requested order. @throws LimitFault */
  rows(): KeyedWindow[] {
    const pieces = this.groups.all();
    this.look(pieces);
    const { order, most } = this.spec;
    const rows = this.whole(pieces).sort((a, b) => a.start - b.start || (a.key < b.key ? -1 : 1));
    if (order === null) return rows.slice(0, most);
    const at = this.spec.aggregates.findIndex(({ name }) => name === order.value);
    const sign = order.descending ? -1 : 1;
    return rows
      .map((row) => ({ row, result: row.cells.aggregates[at].result() }))
      .sort((a, b) => byResult(a.result, b.result, sign))
      .slice(0, most)
      .map(({ row }) => row);
  }

  private whole(pieces: readonly KeyedWindow[]): KeyedWindow[] {
    const { panes, slides } = this.window;
    const { window } = this.spec;
    if (panes === null || window === null || slides === 1) return [...pieces];
    if (pieces.length * slides > this.limits.placed)
      throw new LimitFault(
        `The analysis has ${pieces.length} groups in windows of ${slides} slides, which is too many. ` +
          'Use a shorter time range, fewer keys or a longer slide.',
      );
    const grid: Grid = { panes, slides };
    return assemble({ ...this.compiled, window: this.window, spec: { window } }, this.groups, grid, ALL_TIME);
  }

  private look(pieces: readonly KeyedWindow[]): void {
    const { groups, values } = this.limits;
    if (pieces.length > groups)
      throw new LimitFault(
        `The analysis has more than ${groups} groups. Use a shorter time range, longer windows or fewer keys.`,
      );
    if (pieces.reduce((sum, { cells }) => sum + cells.kept, 0) > values)
      throw new LimitFault(
        `DISTINCT, QUANTILES and TOP store more than ${values} values. Use a shorter time range or fewer groups.`,
      );
  }
}

function wholeOf(range: Pane): StreamWindow {
  return { panes: null, slides: 1, gap: 0, at: () => range };
}

/** Compares results by value. Rows without a value are last in both directions. */
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
