import type { Budget } from './budget';
import type { CheckedExpression } from './check';
import { type CompiledNode, isConstant } from './compiled-node';
import { compileNode } from './compile';
import type { Constants, PartialShape, Scalar } from './shape';
import { childrenOf, entryRead, fieldRead, type Node, type NodeOf } from './tree';

/** A condition that is evaluated on the available part of a record, such as the columns of an index. */
export interface PartialCondition<R> {
  /** True for every record that meets the full condition (no false negatives). */
  readonly holds: (record: R) => boolean;
  /** Whether `holds` has no false positives either, so that the full record does not need to be checked. */
  readonly exact: boolean;
}

/**
 * Compiles a necessary condition that reads only the available part of a record. The full condition needs to be
 * evaluated only on the records that meet the necessary one.
 * @returns undefined if there is no such condition; then the full condition must be evaluated on every record
 */
export function compilePartialCondition<R>(
  { tree, size }: CheckedExpression,
  shape: PartialShape<R>,
  constants: Constants,
  budget: Budget,
): PartialCondition<R> | undefined {
  const found = new PartialCompiler(shape, constants, budget).partialCondition(tree);
  if (found === undefined) return undefined;
  const { holds, exact } = found;
  return {
    exact,
    holds: (record) => {
      budget.spend(size);
      return holds(record);
    },
  };
}

/** Compiles an expression against the available part of a record. Returns undefined if it reads any other field. */
export function compileAvailable<R>(
  { tree, size }: CheckedExpression,
  shape: PartialShape<R>,
  constants: Constants,
  budget: Budget,
): ((record: R) => unknown) | undefined {
  const compiler = new PartialCompiler(shape, constants, budget);
  if (!compiler.isAvailable(tree)) return undefined;
  const { run } = compiler.compile(tree);
  return (record) => {
    budget.spend(size);
    return run(record);
  };
}

/**
 * Compiles a test of whether a boost expression, a factor of the score, may change a record's score. The test reads
 * only the available part of the record. If it returns false, the factor for the full record is 1 or missing.
 * @returns undefined if the available part never suffices to decide that
 */
export function compileChangeTest<R>(
  { tree, size }: CheckedExpression,
  shape: PartialShape<R>,
  constants: Constants,
  budget: Budget,
): ((record: R) => boolean) | undefined {
  const changes = new PartialCompiler(shape, constants, budget).changeTest(tree);
  if (changes === undefined) return undefined;
  return (record) => {
    budget.spend(size);
    return changes(record);
  };
}

const ORDERINGS: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);

class PartialCompiler<R> {
  constructor(
    private readonly shape: PartialShape<R>,
    private readonly constants: Constants,
    private readonly budget: Budget,
  ) {}

  compile(node: Node): CompiledNode<R> {
    return compileNode(node, this.shape, this.constants, this.budget);
  }

  /** Whether a node has the same value for the available part as for the full record. */
  isAvailable(node: Node): boolean {
    const field = fieldRead(node, this.shape.name);
    if (field !== undefined) return Object.hasOwn(this.shape.fields, field);
    // Only numeric entries are available. That is enough to compare an entry with a number, because the comparison has
    // no result if the entry is missing or of another type.
    if (this.isEntryComparison(node)) return true;
    return childrenOf(node).every((child) => this.isAvailable(child));
  }

  partialCondition(node: Node): PartialCondition<R> | undefined {
    if (this.isAvailable(node)) {
      const { run } = this.compile(node);
      return { holds: (record) => run(record) === true, exact: true };
    }
    switch (node.op) {
      case '&&':
        return this.both(this.partialCondition(node.args[0]), this.partialCondition(node.args[1]));
      case '||':
        return this.either(node.args.map((side) => this.partialCondition(side)));
      case '?:':
        return this.choice(node);
      case '==':
        return this.equality(node.args[0], node.args[1]) ?? this.equality(node.args[1], node.args[0]);
      case 'in':
        return this.membership(node);
      default:
        return this.mayBe(node, [true]);
    }
  }

  changeTest(node: Node): ((record: R) => boolean) | undefined {
    if (this.isAvailable(node)) {
      const { run } = this.compile(node);
      return (record) => {
        const factor = run(record);
        return factor !== undefined && factor !== 1;
      };
    }
    if (node.op === '?:') return this.choiceChangeTest(node);
    if (node.op !== '*') return undefined;
    const [one, other] = [this.changeTest(node.args[0]), this.changeTest(node.args[1])];
    return one && other && ((record) => one(record) || other(record));
  }

  /**
   * If the condition cannot be true, the expression has the value of its second branch, or none. So the first branch is
   * tested only if the condition may be true.
   */
  private choiceChangeTest({ args: [condition, ...branches] }: NodeOf<'?:'>): ((record: R) => boolean) | undefined {
    const partial = this.partialCondition(condition);
    const [then, otherwise] = branches.map((branch) => this.changeTest(branch));
    if (partial === undefined || otherwise === undefined) return undefined;
    return (record) => otherwise(record) || (partial.holds(record) && (then === undefined || then(record)));
  }

  private both(
    left: PartialCondition<R> | undefined,
    right: PartialCondition<R> | undefined,
  ): PartialCondition<R> | undefined {
    const one = left ?? right;
    if (one === undefined || left === undefined || right === undefined) return one && { ...one, exact: false };
    return {
      holds: (record) => left.holds(record) && right.holds(record),
      exact: left.exact && right.exact,
    };
  }

  private either(sides: readonly (PartialCondition<R> | undefined)[]): PartialCondition<R> | undefined {
    const all = sides.filter((side) => side !== undefined);
    if (all.length < sides.length) return undefined;
    return {
      holds: (record) => all.some((side) => side.holds(record)),
      exact: all.every(({ exact }) => exact),
    };
  }

  private choice({ args: [condition, ifTrue, ifFalse] }: NodeOf<'?:'>): PartialCondition<R> | undefined {
    if (!this.isAvailable(condition)) return undefined;
    const { run } = this.compile(condition);
    const then = this.partialCondition(ifTrue) ?? ANY;
    const otherwise = this.partialCondition(ifFalse) ?? ANY;
    return {
      holds: (record) => {
        const holds = run(record);
        return holds === true ? then.holds(record) : holds === false && otherwise.holds(record);
      },
      exact: then.exact && otherwise.exact,
    };
  }

  private equality(operand: Node, other: Node): PartialCondition<R> | undefined {
    const value = this.constantOf(other);
    return value === undefined ? undefined : this.mayBe(operand, [value]);
  }

  private membership({ args: [item, list] }: NodeOf<'in'>): PartialCondition<R> | undefined {
    // `in` on an object tests its keys, but `mayBe` tests values. So `in` is not supported on an entry of a field:
    // the entry may be an object. For a field that is itself an object, `mayBe` returns no test.
    if (fieldRead(list, this.shape.name) !== undefined) return this.equality(list, item);
    const values = this.constantOf(list);
    return Array.isArray(values) ? this.mayBe(item, values) : undefined;
  }

  /** Compiles the condition that the value of a node equals one of these values. */
  private mayBe(operand: Node, values: readonly unknown[]): PartialCondition<R> | undefined {
    const { shape } = this;
    const path = entryRead(operand, shape.name);
    const field = path?.field ?? fieldRead(operand, shape.name);
    if (field === undefined || !values.every(isScalar)) return undefined;
    const number = path && shape.entry(path.field, path.key);
    const others = number === undefined ? values : values.filter((value) => typeof value !== 'number');
    const holds = others.length === 0 ? undefined : shape.mayBe(field, path?.key, others);
    const other = others.length === 0 ? NONE : holds && { holds, exact: false };
    if (number === undefined) return other;
    const numbers = new Set<unknown>(values);
    return this.either([{ holds: (record) => numbers.has(number(record)), exact: true }, other]);
  }

  private isEntryComparison(node: Node): boolean {
    if (!ORDERINGS.has(node.op)) return false;
    const [left, right] = node.args as readonly [Node, Node];
    return this.isEntryAndNumber(left, right) || this.isEntryAndNumber(right, left);
  }

  private isEntryAndNumber(operand: Node, other: Node): boolean {
    const path = entryRead(operand, this.shape.name);
    if (path === undefined || this.shape.entry(path.field, path.key) === undefined) return false;
    return typeof this.constantOf(other) === 'number';
  }

  /** Returns the value of a constant node; undefined if the node reads the record. */
  private constantOf(node: Node): unknown {
    if (this.readsRecord(node)) return undefined;
    const code = this.compile(node);
    return isConstant(code) ? code.value : undefined;
  }

  private readsRecord(node: Node): boolean {
    // The item of a macro is not a constant either.
    if (node.op === 'id') return !Object.hasOwn(this.constants, node.args);
    return childrenOf(node).some((child) => this.readsRecord(child));
  }
}

const ANY = { holds: () => true, exact: false };
const NONE = { holds: () => false, exact: true };

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
