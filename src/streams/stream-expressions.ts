import { Budget } from '../expressions/budget';
import { checkExpression, fieldsIn, type CheckedExpression, type ResultType } from '../expressions/check';
import { compile } from '../expressions/compile';
import type { FieldType, RecordShape } from '../expressions/shape';
import { conjunctsOf, fieldRead, type Node, nodeCountOf } from '../expressions/tree';
import { typesOf } from '../expressions/variable-types';
import { codesOfVariables, readCodes, type CodeField } from '../expressions/read-codes';
import { literalsComparedWith } from '../expressions/compared-literals';
import { ExpressionFault, positionIn, type Position } from '../expressions/expression-fault';
import { addDecimals, decimalOfNumber, multiplyDecimals, type ExactDecimal } from '../learn/exact-decimal';
import { compileRates } from './conversion';
import {
  CODE_FIELDS,
  EXACT_FIELDS,
  NON_PERSONAL_FIELDS,
  SEGMENT_FIELD,
  nearestDouble,
  eventShape,
  type EventRow,
} from './event-shape';
import { keyPartOf } from './key-encoding';
import type { SegmentUse } from './segment-use';
import { SpecFault, type Definition, type DerivedSpec, type RateSpec } from './stream-spec';

/** Maximum total number of syntax nodes in all expressions of a stream. */
const MAX_NODES = 2_000;
/** Evaluation steps that one event may spend: about 0.1 ms. */
const EVENT_STEPS = 10_000;

export type RowReader = (row: EventRow) => unknown;
type ExactReader = (row: EventRow) => ExactDecimal | undefined;

/** How to compute an exact value. */
interface Exact {
  readonly read: ExactReader;
  /** Number of values that are multiplied with each other at most. It bounds the digits of the value. */
  readonly factors: number;
}

/** An expression that multiplies more values is computed with doubles: its exact value could have millions of digits. */
const MAX_FACTORS = 8;

/** Which events of a pair an expression reads. */
export interface PairSides {
  readonly event: boolean;
  readonly other: boolean;
}

/** A condition that a pair must meet. */
export interface PairCondition extends PairSides {
  readonly holds: (row: EventRow) => boolean;
}

/** A string literal that an expression of a stream compares with `customer.segment`. */
export interface ComparedSegment {
  readonly value: string;
  /** Path of the expression in the definition. */
  readonly path: string;
  readonly position: Position;
}

/** Properties of a definition that follow from its expressions. */
export interface ExpressionSummary {
  /** Whether stored results may contain personal data. */
  readonly isPersonal: boolean;
  readonly segmentUse: SegmentUse;
  readonly comparedSegments: readonly ComparedSegment[];
  /** For each part of the key: whether it is the id of a segment. */
  readonly segmentKeys: readonly boolean[];
  /** Fields that the expressions read, for example `event.amount`. */
  readonly fields: ReadonlySet<string>;
  /**
   * Why the definition must not be accepted: it compares a code, such as a currency, with what is none. A stored definition
   * of an older release may: such a comparison never holds.
   */
  readonly codeFault: SpecFault | undefined;
}

/** What a stored result may reveal: a person, or only that there are customers in a segment. */
type PersonalData = 'PERSON' | 'SEGMENT' | null;

/** Checks and compiles the expressions of one stream, in order and with one shared budget. */
export class StreamExpressions {
  readonly budget = new Budget(EVENT_STEPS);
  /** Fields that the expressions read, for example `event.amount`. */
  private readonly fields = new Set<string>();
  /** By path and offset, because some expressions are checked twice. */
  private readonly comparedSegments = new Map<string, ComparedSegment>();
  /** Fields whose value is the id of a segment: `customer.segment`, and fields that are derived as its copy. */
  private readonly segmentFields = new Set([SEGMENT_FIELD]);
  /** What the stored results may reveal. */
  private stored: PersonalData = null;
  private readonly derived: { name: string; type: FieldType }[] = [];
  private readonly personal = new Map<string, PersonalData>();
  /** Which events of a pair each derived field depends on, by `event.<name>`. */
  private readonly fieldSides = new Map<string, PairSides>();
  /** Which events of a pair each checked expression reads, by the source of the expression. */
  private readonly sourceSides = new Map<string, PairSides>();
  /** Sources of checked expressions whose value is the id of a segment. */
  private readonly segmentSources = new Set<string>();
  /** Readers of fields with exact decimal values, by name like `event.amount`. */
  private readonly exact = new Map<string, Exact>(
    Object.entries(EXACT_FIELDS).flatMap(([name, read]) => [
      [`event.${name}`, { factors: 1, read: ({ event }: EventRow) => read(event) }] as const,
      [`other.${name}`, { factors: 1, read: ({ other }: EventRow) => other && read(other) }] as const,
    ]),
  );
  /** The fields that are codes, and fields that are derived as their copies. */
  private readonly codes: CodeField[] = [...CODE_FIELDS];
  private codeFault: SpecFault | undefined;
  /** The variables, and the codes that they stand for. */
  private constants: Readonly<Record<string, unknown>>;
  private shape: RecordShape<EventRow>;
  private nodes = 0;

  /** @param hasPairs whether expressions can also read `other` */
  constructor(
    private readonly variables: Readonly<Record<string, unknown>>,
    private readonly hasPairs = false,
  ) {
    this.constants = variables;
    this.shape = eventShape([], hasPairs);
  }

  /** Must be called after all expressions of the definition have been compiled. */
  summaryOf({ keys }: Pick<Definition, 'keys'>): ExpressionSummary {
    const { fields, stored, comparedSegments, codeFault } = this;
    const identified = stored === 'PERSON' ? 'IDENTIFIED' : 'COUNTED';
    return {
      isPersonal: stored !== null,
      segmentUse: fields.has(SEGMENT_FIELD) ? identified : 'NONE',
      comparedSegments: [...comparedSegments.values()],
      segmentKeys: keys.map(({ expression }) => this.segmentSources.has(expression)),
      fields,
      codeFault,
    };
  }

  compileExpression(source: string, result: ResultType, path: string, isStored = result === 'scalar'): RowReader {
    const checked = this.check(source, result, path);
    // A filter or a sum does not store the values that it reads.
    if (isStored) this.stored = combine(this.stored, this.personalDataOf(checked));
    return this.compileChecked(checked);
  }

  /** Compiles an expression that may read only one event of a pair. @throws SpecFault */
  compileSide(side: 'event' | 'other', source: string, result: ResultType, path: string): RowReader {
    const checked = this.check(source, result, path);
    const fields = [...checked.fields.keys()];
    const isOfOne =
      side === 'event'
        ? !this.sidesOf(checked).other
        : !fields.some((field) => field === 'other.secondsAfter' || /^(event|product|customer)\./.test(field));
    if (!isOfOne)
      throw new SpecFault(path, side === 'event' ? 'must not read `other`' : 'must read only `other` and `vars`');
    return this.compileChecked(checked);
  }

  /** Compiles a filter of pairs. `conjuncts` are the conditions that the filter combines with `&&`. */
  compileFilter(
    source: string,
    path: string,
  ): { readonly read: RowReader; readonly conjuncts: readonly PairCondition[] } {
    const checked = this.check(source, 'bool', path);
    const conjuncts = conjunctsOf(checked.tree).map(({ node, expects }): PairCondition => {
      const part = { ...checked, tree: node, size: nodeCountOf(node), fields: fieldsIn(node) };
      const read = this.compileChecked(part);
      return { ...this.sidesOf(part), holds: (row) => read(row) === expects };
    });
    return { read: this.compileChecked(checked), conjuncts };
  }

  /** Returns the events of a pair that a derived field depends on. */
  sidesOfField(name: string): PairSides {
    return this.fieldSides.get(`event.${name}`) as PairSides;
  }

  /** Returns which events of a pair an expression reads. The expression must have been checked before. */
  sidesOfSource(source: string): PairSides {
    return this.sourceSides.get(source) as PairSides;
  }

  /** Declares a derived field. Returns the function that computes it for a row. */
  derive({ name, expression, unit, rates }: DerivedSpec, path: string): (row: EventRow) => void {
    if (Object.hasOwn(this.shape.fields, name))
      throw new SpecFault(`${path}.name`, `must be unique: event.${name} already exists`);
    const place = this.derived.length;
    if (unit === undefined || rates === undefined) {
      const checked = this.checkedField(name, expression, 'scalar', `${path}.expression`);
      const read = this.compileChecked(checked);
      const exactValue = this.exactOf(checked, checked.tree);
      if (this.segmentSources.has(expression)) this.segmentFields.add(`event.${name}`);
      const code = this.codeOf(checked);
      if (code !== undefined) this.codes.push({ ...code, record: 'event', field: name });
      this.declare(name, checked.type as FieldType);
      if (exactValue === undefined) return (row) => void (row.derived[place] = read(row));
      this.exact.set(`event.${name}`, { ...exactValue, read: ({ exact }) => exact[place] });
      return (row) => {
        row.exact[place] = exactValue.read(row);
        row.derived[place] = nearestDouble(row.exact[place]);
      };
    }
    const checkedUnit = this.checkedField(name, unit, 'scalar', `${path}.unit`);
    const inUnit = this.compileChecked(checkedUnit);
    const units = this.codeOf(checkedUnit);
    const checked = this.checkedField(name, expression, 'double', `${path}.expression`);
    const exactValue = this.exactOf(checked, checked.tree);
    const value = exactValue?.read ?? decimalReaderOf(this.compileChecked(checked));
    const factor = compileRates(
      units === undefined ? rates : this.readUnits(rates, units, `${path}.rates`),
      `${path}.rates`,
    );
    // Rates are looked up by the time of `event`, so a converted field depends on `event`.
    this.addSides(name, { event: true, other: false });
    this.declare(name, 'double');
    const factors = (exactValue?.factors ?? 1) + 1;
    this.exact.set(`event.${name}`, { factors, read: ({ exact }) => exact[place] });
    return (row) => {
      const unitText = keyPartOf(inUnit(row));
      const rate = unitText === undefined ? undefined : factor(unitText, row.event.occurredAt);
      const amount = rate && value(row);
      row.exact[place] = rate && amount && multiplyDecimals(amount, rate);
      row.derived[place] = nearestDouble(row.exact[place]);
    };
  }

  /** Compiles a numeric expression. Its values are exact if {@link exactOf} can compute them. */
  compileDecimal(source: string, path: string): ExactReader {
    const checked = this.check(source, 'double', path);
    return this.exactOf(checked, checked.tree)?.read ?? decimalReaderOf(this.compileChecked(checked));
  }

  /**
   * Returns how to compute the exact value of an expression of decimal fields, numbers, `event.quantity`, `+`, `-`, `*`
   * and `? :`; `undefined` for any other expression, and for one that multiplies too often.
   */
  private exactOf(whole: CheckedExpression, tree: Node): Exact | undefined {
    let readsDecimals = false;
    const exactOf = (node: Node): Exact | undefined => {
      switch (node.op) {
        case '-_': {
          const exact = exactOf(node.args);
          return exact && { ...exact, read: (row) => multiply(exact.read(row), MINUS_ONE) };
        }
        case '+':
        case '-':
        case '*': {
          const [left, right] = node.args.map(exactOf);
          if (left === undefined || right === undefined) return undefined;
          if (node.op === '*') {
            const factors = left.factors + right.factors;
            if (factors > MAX_FACTORS) return undefined;
            return { factors, read: (row) => multiply(left.read(row), right.read(row)) };
          }
          const sign = node.op === '+' ? ONE : MINUS_ONE;
          return eitherOf(left, right, (row) => add(left.read(row), multiply(right.read(row), sign)));
        }
        case '?:': {
          const [condition, ...branches] = node.args;
          const [yes, no] = branches.map(exactOf);
          if (yes === undefined || no === undefined) return undefined;
          const holds = this.compileChecked({
            ...whole,
            tree: condition,
            size: nodeCountOf(condition),
            fields: fieldsIn(condition),
          });
          return eitherOf(yes, no, (row) => {
            const which = holds(row);
            return which === true ? yes.read(row) : which === false ? no.read(row) : undefined;
          });
        }
        default: {
          const field = (['event', 'other'] as const)
            .map((record) => this.exact.get(`${record}.${fieldRead(node, record)}`))
            .find((exact) => exact !== undefined);
          readsDecimals ||= field !== undefined;
          if (field !== undefined) return field;
          if (node.op === 'value') return { factors: 1, read: decimalReaderOf(() => node.args) };
          if (fieldRead(node, 'event') === 'quantity')
            return { factors: 1, read: decimalReaderOf(({ event }) => event.quantity) };
          return undefined;
        }
      }
    };
    const exact = exactOf(tree);
    return readsDecimals ? exact : undefined;
  }

  private checkedField(name: string, source: string, result: ResultType, path: string): CheckedExpression {
    const checked = this.check(source, result, path);
    this.personal.set(
      `event.${name}`,
      combine(this.personal.get(`event.${name}`) ?? null, this.personalDataOf(checked)),
    );
    this.addSides(name, this.sidesOf(checked));
    return checked;
  }

  private addSides(name: string, { event, other }: PairSides): void {
    const known = this.fieldSides.get(`event.${name}`);
    this.fieldSides.set(`event.${name}`, { event: event || !!known?.event, other: other || !!known?.other });
  }

  private declare(name: string, type: FieldType): void {
    this.derived.push({ name, type });
    this.shape = eventShape(this.derived, this.hasPairs);
  }

  private check(source: string, result: ResultType, path: string): CheckedExpression {
    try {
      const checked = checkExpression(source, this.shape, { vars: typesOf(this.variables) }, result);
      this.nodes += checked.size;
      for (const field of checked.fields.keys()) this.fields.add(field);
      this.sourceSides.set(source, this.sidesOf(checked));
      this.noteSegments(checked, path);
      this.readCodes(checked, path);
      if (this.nodes > MAX_NODES)
        throw new SpecFault(path, `all expressions of a stream must have at most ${MAX_NODES} nodes together`);
      return checked;
    } catch (error) {
      throw specFaultOf(error, path);
    }
  }

  private readCodes({ source, tree }: CheckedExpression, path: string): void {
    try {
      const compared = readCodes(tree, source, this.codes);
      const { values, fault } = codesOfVariables(this.variables, compared);
      if (fault !== undefined) this.codeFault ??= new SpecFault('variables', fault);
      this.constants = { ...this.constants, ...values };
    } catch (error) {
      this.codeFault ??= specFaultOf(error, path);
    }
  }

  /** Returns the field of codes that an expression consists of; undefined for any other expression. */
  private codeOf({ tree }: CheckedExpression): CodeField | undefined {
    return this.codes.find(({ record, field }) => fieldRead(tree, record) === field);
  }

  /** Returns rates with the codes that their units stand for. A unit without one, or with that of another rate, stays. */
  private readUnits(rates: readonly RateSpec[], { read, form }: CodeField, path: string): RateSpec[] {
    const known = new Set(rates.map(({ unit, since }) => JSON.stringify([unit, since])));
    return rates.map((rate, at) => {
      const unit = read(rate.unit);
      const key = JSON.stringify([unit, rate.since]);
      if (unit === rate.unit) return rate;
      if (unit !== undefined && !known.has(key)) {
        known.add(key);
        return { ...rate, unit };
      }
      const message = unit === undefined ? `must be ${form}` : 'must be unique for its start';
      this.codeFault ??= new SpecFault(`${path}[${at}].unit`, `${message}; got ${JSON.stringify(rate.unit)}`);
      return rate;
    });
  }

  private compileChecked(checked: CheckedExpression): RowReader {
    return compile(checked, this.shape, { vars: this.constants }, this.budget);
  }

  private sidesOf({ fields }: Pick<CheckedExpression, 'fields'>): PairSides {
    let [event, other] = [false, false];
    for (const field of fields.keys()) {
      const derived = this.fieldSides.get(field);
      const isOfBoth = field === 'other.secondsAfter';
      const isOfOther = field.startsWith('other.');
      event ||= derived?.event ?? (isOfBoth || /^(event|product|customer)\./.test(field));
      other ||= derived?.other ?? isOfOther;
    }
    return { event, other };
  }

  /** Notes the segments that an expression compares, and whether it is a segment itself. */
  private noteSegments({ source, tree }: CheckedExpression, path: string): void {
    for (const field of this.segmentFields) {
      const [record, name] = field.split('.') as [string, string];
      if (fieldRead(tree, record) === name) this.segmentSources.add(source);
      for (const { value, offset } of literalsComparedWith(tree, record, name))
        this.comparedSegments.set(`${path} ${offset}`, { value, path, position: positionIn(source, offset) });
    }
  }

  private personalDataOf({ fields }: CheckedExpression): PersonalData {
    return [...fields.keys()].reduce<PersonalData>((data, field) => combine(data, this.personalDataIn(field)), null);
  }

  private personalDataIn(field: string): PersonalData {
    if (field === SEGMENT_FIELD) return 'SEGMENT';
    if (field.startsWith('customer.')) return 'PERSON';
    const isDerived = this.derived.some(({ name }) => `event.${name}` === field);
    if (isDerived) return this.personal.get(field) ?? null;
    return /^(event|other)\./.test(field) && !NON_PERSONAL_FIELDS.has(field) ? 'PERSON' : null;
  }
}

/** @throws the error, unless it is one of an expression */
function specFaultOf(error: unknown, path: string): SpecFault {
  if (!(error instanceof ExpressionFault)) throw error;
  const { position, message } = error;
  return new SpecFault(path, `line ${position.line}, column ${position.column}: ${message}`);
}

function eitherOf(a: Exact, b: Exact, read: ExactReader): Exact {
  return { factors: Math.max(a.factors, b.factors), read };
}

const ONE: ExactDecimal = { units: 1, scale: 0 };
const MINUS_ONE: ExactDecimal = { units: -1, scale: 0 };

const add = (a: ExactDecimal | undefined, b: ExactDecimal | undefined) => a && b && addDecimals(a, b);
const multiply = (a: ExactDecimal | undefined, b: ExactDecimal | undefined) => a && b && multiplyDecimals(a, b);

function decimalReaderOf(read: RowReader): ExactReader {
  return (row) => {
    const value = read(row);
    return typeof value === 'number' || typeof value === 'bigint' ? decimalOfNumber(Number(value)) : undefined;
  };
}

function combine(a: PersonalData, b: PersonalData): PersonalData {
  if (a === 'PERSON' || b === 'PERSON') return 'PERSON';
  return a ?? b;
}
