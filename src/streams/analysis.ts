import { assemble, type Grid } from './assemble-windows';
import { compareDecimals } from './aggregate/exact-decimal';
import type { AggregateResult } from './aggregate/aggregate';
import { compileDefinition, type CompiledDefinition } from './compile-stream';
import type { ArrivedEvent } from './event-columns';
import type { KeyedWindow, Partials } from './partials';
import { SpecFault, type Definition, type WindowSpec } from './spec';
import { windowOf, type StreamWindow } from './stream-window';
import type { Pane } from './window/panes';

/** What one answer may take up; more is a {@link LimitFault}. */
export interface AnalysisLimits {
  /** Of the log that are read. */
  readonly events: number;
  /** Keys and windows: groups that are counted apart. */
  readonly groups: number;
  /** That DISTINCT, QUANTILES and TOP keep, of all groups together. */
  readonly values: number;
  /** Groups by the slides of hopping windows that each is part of. */
  readonly placed: number;
}

export const ANALYSIS_LIMITS: AnalysisLimits = { events: 1_000_000, groups: 50_000, values: 500_000, placed: 500_000 };

/** A stream's definition, asked once of a stretch of the past. */
export interface AnalysisSpec extends Definition {
  readonly range: Pane;
  /** Null: one window, as long as the range. */
  readonly window: WindowSpec | null;
  /** Null: by start and key. */
  readonly order: { readonly value: string; readonly descending: boolean } | null;
  readonly most: number;
}

/** More than one answer may take up. */
export class LimitFault extends Error {}

/** Events between looks at what is kept. */
const LOOK_EVERY = 10_000;
const ALL_TIME: Pane = { start: -Infinity, end: Infinity };

/** Counts the events it is given, in any order, as a stream of the same definition does. */
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
    if (order !== null && by === undefined) throw new SpecFault('orderBy.value', 'there is no aggregate of this name');
    if (by?.kind === 'TOP') throw new SpecFault('orderBy.value', 'a list of values has no order');
  }

  /** @throws LimitFault, or BudgetExceeded where its expressions take too long for an event */
  take({ event, ...arrival }: ArrivedEvent): void {
    if (++this.taken > this.limits.events)
      throw new LimitFault(`There are more than ${this.limits.events} events: ask for less time, or for fewer types`);
    this.compiled.take(event, arrival, this.groups, 0);
    if (this.taken % LOOK_EVERY === 0) this.look(this.groups.all());
  }

  /** The first `most`, in the order asked for. @throws LimitFault */
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
        `Windows that slide ${slides} times over ${pieces.length} groups: ask for less time, fewer keys, or a longer slide`,
      );
    const grid: Grid = { panes, slides };
    return assemble({ ...this.compiled, window: this.window, spec: { window } }, this.groups, grid, ALL_TIME);
  }

  private look(pieces: readonly KeyedWindow[]): void {
    const { groups, values } = this.limits;
    if (pieces.length > groups)
      throw new LimitFault(`There are more than ${groups} groups: ask for less time, longer windows, or fewer keys`);
    if (pieces.reduce((sum, { cells }) => sum + cells.kept, 0) > values)
      throw new LimitFault(
        `DISTINCT, QUANTILES and TOP keep more than ${values} values: ask for less time, or for fewer groups`,
      );
  }
}

function wholeOf(range: Pane): StreamWindow {
  return { panes: null, slides: 1, gap: 0, at: () => range };
}

/** What has no value comes last, whichever way the others go. */
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
