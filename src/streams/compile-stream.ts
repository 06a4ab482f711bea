import type { StoredEvent } from '../events/stored-event';
import { Budget } from '../expressions/budget';
import { checkExpression, type CheckedExpression, type Result } from '../expressions/check';
import { compile } from '../expressions/compile';
import { ExpressionFault } from '../expressions/expression-fault';
import type { FieldType, RecordShape } from '../expressions/shape';
import { typesOf } from '../expressions/variable-types';
import { decimalOfNumber } from './aggregate/exact-decimal';
import { KINDS } from './aggregate/kinds';
import { EXACT, IMPERSONAL, shapeWith, type EventRow } from './event-shape';
import { Partials } from './partials';
import { SpecFault, type AggregateSpec, type StreamSpec } from './spec';
import { latenessOf, windowOf, type StreamWindow } from './stream-window';

/** Nodes of all expressions of a stream. */
const MOST_NODES = 2_000;
/** Steps that one event may take: some 0.1 ms. */
const EVENT_STEPS = 10_000;
/** Characters of a key. */
const LONGEST_KEY = 500;
/** Characters of a text that DISTINCT or TOP looks at; what is longer counts by its beginning. */
const LONGEST_TEXT = 200;

/** When an event came in, and whether it was lived through: the past that is imported is never late. */
export interface Arrival {
  readonly receivedAt: number;
  readonly backfill: boolean;
}

/** A stream that can be asked of events. */
export interface CompiledStream {
  readonly spec: StreamSpec;
  readonly window: StreamWindow;
  readonly latenessMs: number;
  /** Whether what is kept of it may tell who did something. */
  readonly isPersonal: boolean;
  empty(): Partials;
  /** Counts one event, if it is one of its own. @throws BudgetExceeded where its expressions take too long for it */
  take(event: StoredEvent, arrival: Arrival, into: Partials, revision: number): void;
}

type Read = (row: EventRow) => unknown;

/** @throws SpecFault */
export function compileStream(spec: StreamSpec): CompiledStream {
  const window = windowOf(spec.window);
  const latenessMs = latenessOf(spec.lateness);
  const expressions = new Expressions(spec.variables);
  const derived = spec.derive.map(({ name, expression }, at) => expressions.derive(name, expression, `derive[${at}]`));
  const keys = spec.keys.map(({ expression }, at) => expressions.read(expression, 'scalar', `keys[${at}].expression`));
  const filter = spec.filter === null ? null : expressions.read(spec.filter, 'bool', 'filter');
  const values = spec.aggregates.map((aggregate, at) => valueOf(aggregate, expressions, `aggregates[${at}]`));
  const types = spec.from.length === 0 ? null : new Set(spec.from);
  const row: EventRow = { event: undefined as never, derived: [] };
  const { budget } = expressions;

  return {
    spec,
    window,
    latenessMs,
    isPersonal: expressions.isPersonal,
    empty: () => new Partials(spec.aggregates, window.panes === null),
    take(event, { receivedAt, backfill }, into, revision) {
      if (types !== null && !types.has(event.type)) return;
      budget.refill();
      row.event = event;
      row.derived.length = 0;
      for (const read of derived) row.derived.push(read(row));
      if (filter !== null && filter(row) !== true) return;
      const key = keyOf(keys.map((read) => textOf(read(row))));
      if (key === undefined) return;
      const pane = window.at(event.occurredAt);
      if (!backfill && receivedAt - event.occurredAt > latenessMs) {
        return into.addLate(key, pane.start, `${event.source}:${event.id}`);
      }
      into.add(
        key,
        pane,
        values.map((read) => read(row)),
        revision,
      );
    },
  };
}

/** One text; several as a JSON list, so that no two lists are the same key. Nothing where one is missing. */
export function keyOf(parts: readonly (string | undefined)[]): string | undefined {
  if (parts.includes(undefined)) return undefined;
  const key = parts.length === 1 ? (parts[0] as string) : parts.length === 0 ? '' : JSON.stringify(parts);
  return key.length > LONGEST_KEY ? undefined : key;
}

/** The parts of which {@link keyOf} made a key. */
export function partsOf(key: string, count: number): readonly string[] {
  if (count === 0) return [];
  return count === 1 ? [key] : (JSON.parse(key) as string[]);
}

/** The expressions of one stream: checked in order, compiled with one budget. */
class Expressions {
  readonly budget = new Budget(EVENT_STEPS);
  isPersonal = false;
  private readonly derived: { name: string; type: FieldType }[] = [];
  private readonly personal = new Set<string>();
  private shape: RecordShape<EventRow> = shapeWith([]);
  private nodes = 0;

  constructor(private readonly variables: Readonly<Record<string, unknown>>) {}

  read(source: string, result: Result, path: string, keeps = result === 'scalar'): Read {
    const checked = this.check(source, result, path);
    // A filter or a sum keeps nothing of what it has read.
    if (keeps && this.readsPersons(checked)) this.isPersonal = true;
    return this.compiled(checked);
  }

  derive(name: string, source: string, path: string): Read {
    if (Object.hasOwn(this.shape.fields, name)) throw new SpecFault(`${path}.name`, `there is event.${name} already`);
    const checked = this.check(source, 'scalar', `${path}.expression`);
    if (this.readsPersons(checked)) this.personal.add(`event.${name}`);
    this.derived.push({ name, type: checked.type as FieldType });
    const read = this.compiled(checked);
    this.shape = shapeWith(this.derived);
    return read;
  }

  private check(source: string, result: Result, path: string): CheckedExpression {
    try {
      const checked = checkExpression(source, this.shape, { vars: typesOf(this.variables) }, result);
      this.nodes += checked.size;
      if (this.nodes > MOST_NODES)
        throw new SpecFault(path, `a stream's expressions have up to ${MOST_NODES} nodes together`);
      return checked;
    } catch (error) {
      if (!(error instanceof ExpressionFault)) throw error;
      const { position, message } = error;
      throw new SpecFault(path, `line ${position.line}, column ${position.column}: ${message}`);
    }
  }

  private compiled(checked: CheckedExpression): Read {
    return compile(checked, this.shape, { vars: this.variables }, this.budget);
  }

  private readsPersons({ fields }: CheckedExpression): boolean {
    return [...fields.keys()].some(
      (field) =>
        this.personal.has(field) ||
        (field.startsWith('event.') &&
          !IMPERSONAL.has(field) &&
          !this.derived.some(({ name }) => `event.${name}` === field)),
    );
  }
}

/** What an aggregate takes of an event, and of which events. */
function valueOf(aggregate: AggregateSpec, expressions: Expressions, path: string): Read {
  const { kind, expression } = aggregate;
  const { takes } = KINDS[kind];
  const where = aggregate.filter === null ? null : expressions.read(aggregate.filter, 'bool', `${path}.filter`);
  const read = expression === null ? () => true : reader(expression, takes, expressions, `${path}.expression`);
  return where === null ? read : (row) => (where(row) === true ? read(row) : undefined);
}

function reader(
  source: string,
  takes: 'DECIMAL' | 'NUMBER' | 'TEXT' | 'ANYTHING',
  expressions: Expressions,
  path: string,
): Read {
  switch (takes) {
    case 'ANYTHING':
      return expressions.read(source, 'scalar', path, false);
    case 'TEXT': {
      const read = expressions.read(source, 'scalar', path);
      // Not half a character: it would be another text once it is written.
      return (row) =>
        textOf(read(row))
          ?.slice(0, LONGEST_TEXT)
          .replace(/[\ud800-\udbff]$/, '');
    }
    case 'NUMBER': {
      const read = expressions.read(source, 'double', path);
      return (row) => finite(read(row));
    }
    case 'DECIMAL': {
      const read = expressions.read(source, 'double', path);
      const exact = /^\s*event\.(unitPrice|amount)\s*$/.exec(source)?.[1] as keyof typeof EXACT | undefined;
      if (exact !== undefined) return ({ event }) => EXACT[exact](event);
      return (row) => {
        const value = finite(read(row));
        return value === undefined ? undefined : decimalOfNumber(value);
      };
    }
  }
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** What a value is as a key: `undefined` where it is missing, a list or an object. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value instanceof Date ? value.toISOString() : undefined;
}
