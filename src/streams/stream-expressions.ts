import { Budget } from '../expressions/budget';
import { checkExpression, type CheckedExpression, type Result } from '../expressions/check';
import { compile } from '../expressions/compile';
import { ExpressionFault } from '../expressions/expression-fault';
import type { FieldType, RecordShape } from '../expressions/shape';
import { typesOf } from '../expressions/variable-types';
import { IMPERSONAL, shapeWith, type EventRow } from './event-shape';
import { SpecFault } from './spec';

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
        (field.startsWith('event.') &&
          !IMPERSONAL.has(field) &&
          !this.derived.some(({ name }) => `event.${name}` === field)),
    );
  }
}
