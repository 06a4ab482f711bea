import { Budget } from '../expressions/budget';
import { checkExpression, type CheckedExpression, type Result } from '../expressions/check';
import { compile } from '../expressions/compile';
import { ExpressionFault } from '../expressions/expression-fault';
import type { FieldType, RecordShape } from '../expressions/shape';
import { typesOf } from '../expressions/variable-types';
import { decimalOfNumber, multiplyDecimals, type ExactDecimal } from './aggregate/exact-decimal';
import { factorOf } from './conversion';
import { EXACT, IMPERSONAL, nearest, shapeWith, type EventRow } from './event-shape';
import { textOf } from './keys';
import { SpecFault, type DerivedSpec } from './spec';

/** Nodes of all expressions of a stream. */
const MOST_NODES = 2_000;
/** Steps that one event may take: some 0.1 ms. */
const EVENT_STEPS = 10_000;

export type Read = (row: EventRow) => unknown;

/** The expressions of one stream: checked in order, compiled with one budget. */
export class Expressions {
  readonly budget = new Budget(EVENT_STEPS);
  isPersonal = false;
  /** What is read of events, as `event.amount`. */
  readonly fields = new Set<string>();
  private readonly derived: { name: string; type: FieldType }[] = [];
  private readonly personal = new Set<string>();
  /** Fields that are exact decimals, by name. */
  private readonly exact = new Map<string, (row: EventRow) => ExactDecimal | undefined>(
    Object.entries(EXACT).map(([name, read]) => [name, ({ event }) => read(event)]),
  );
  private shape: RecordShape<EventRow> = shapeWith([]);
  private nodes = 0;

  constructor(private readonly variables: Readonly<Record<string, unknown>>) {}

  read(source: string, result: Result, path: string, keeps = result === 'scalar'): Read {
    const checked = this.check(source, result, path);
    // A filter or a sum keeps nothing of what it has read.
    if (keeps && this.readsPersons(checked)) this.isPersonal = true;
    return this.compiled(checked);
  }

  /** Makes a field, and what puts it into a row. */
  derive({ name, expression, unit, rates }: DerivedSpec, path: string): (row: EventRow) => void {
    if (Object.hasOwn(this.shape.fields, name)) throw new SpecFault(`${path}.name`, `there is event.${name} already`);
    const place = this.derived.length;
    if (unit === undefined || rates === undefined) {
      const checked = this.checkedField(name, expression, 'scalar', `${path}.expression`);
      const read = this.compiled(checked);
      this.declare(name, checked.type as FieldType);
      return (row) => void (row.derived[place] = read(row));
    }
    const inUnit = this.compiled(this.checkedField(name, unit, 'scalar', `${path}.unit`));
    this.checkedField(name, expression, 'double', `${path}.expression`);
    const value = this.decimal(expression, `${path}.expression`);
    const factor = factorOf(rates, `${path}.rates`);
    this.declare(name, 'double');
    this.exact.set(name, ({ exact }) => exact[place]);
    return (row) => {
      const from = textOf(inUnit(row));
      const by = from === undefined ? undefined : factor(from, row.event.occurredAt);
      const number = by && value(row);
      row.exact[place] = by && number && multiplyDecimals(number, by);
      row.derived[place] = nearest(row.exact[place]);
    };
  }

  /** A number, exact where a single field is named that is. */
  decimal(source: string, path: string): (row: EventRow) => ExactDecimal | undefined {
    const read = this.read(source, 'double', path);
    const alone = /^\s*event\.(\w+)\s*$/.exec(source)?.[1];
    const exact = alone === undefined ? undefined : this.exact.get(alone);
    if (exact !== undefined) return exact;
    return (row) => {
      const value = read(row);
      return typeof value === 'number' ? decimalOfNumber(value) : undefined;
    };
  }

  private checkedField(name: string, source: string, result: Result, path: string): CheckedExpression {
    const checked = this.check(source, result, path);
    if (this.readsPersons(checked)) this.personal.add(`event.${name}`);
    return checked;
  }

  private declare(name: string, type: FieldType): void {
    this.derived.push({ name, type });
    this.shape = shapeWith(this.derived);
  }

  private check(source: string, result: Result, path: string): CheckedExpression {
    try {
      const checked = checkExpression(source, this.shape, { vars: typesOf(this.variables) }, result);
      this.nodes += checked.size;
      for (const field of checked.fields.keys()) this.fields.add(field);
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
        field.startsWith('customer.') ||
        (field.startsWith('event.') &&
          !IMPERSONAL.has(field) &&
          !this.derived.some(({ name }) => `event.${name}` === field)),
    );
  }
}
