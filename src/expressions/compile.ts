import type { Budget } from './budget';
import type { CheckedExpression } from './check';
import { type CompiledNode, constant, combineNodes, isConstant, Dependency } from './compiled-node';
import { SIZE } from './environment';
import { FUNCTIONS, isMacro, isObject, METHODS, type CelFunction } from './functions';
import { type Cell, MACROS } from './macros';
import { add, ARITHMETIC, entryOf, equal, isIn, ORDERINGS, type Operator } from './operators';
import type { Constants, PartialShape, RecordShape } from './shape';
import { entryRead, fieldNameOf, nodeCountOf, type Node, type NodeOf } from './tree';

/**
 * Compiles an expression to a function: one closure per node, with the constants of the request folded in. The function
 * returns `undefined` if the value depends on a missing value or on a value of the wrong type. As with CEL errors,
 * `&&` and `||` use three-valued logic: a missing side does not matter if the other side decides the result.
 * @param budget charged on each call of the function, which throws BudgetExceeded if the budget is used up
 */
export function compile<R>(
  expression: CheckedExpression,
  shape: RecordShape<R>,
  constants: Constants,
  budget: Budget,
): (record: R) => unknown {
  const { run } = new Compiler(shape, constants, budget).compile(expression.tree);
  const { size } = expression;
  return (record) => {
    budget.spend(size);
    return run(record);
  };
}

/** Compiles one node. @param shape contains every field that the node reads */
export function compileNode<R>(
  node: Node,
  shape: CompiledShape<R>,
  constants: Constants,
  budget: Budget,
): CompiledNode<R> {
  return new Compiler(shape, constants, budget).compile(node);
}

/** A record shape that can also read single entries of object fields without loading the object. */
type CompiledShape<R> = RecordShape<R> & Partial<Pick<PartialShape<R>, 'entry'>>;

class Compiler<R> {
  private item: { readonly name: string; readonly cell: Cell } | undefined;

  constructor(
    private readonly shape: CompiledShape<R>,
    private readonly constants: Constants,
    private readonly budget: Budget,
  ) {}

  compile(node: Node): CompiledNode<R> {
    switch (node.op) {
      case 'value':
        // `validateTree` has already converted all integers to doubles, except list indexes.
        return constant(typeof node.args === 'bigint' ? Number(node.args) : node.args);
      case 'id':
        return this.variable();
      case '.':
      case '[]':
        return this.access(node);
      case 'call':
        return node.args[0] === 'has' ? this.presence(node) : this.call(FUNCTIONS, node.args[0], node.args[1]);
      case 'rcall':
        return isMacro(node.args[0])
          ? this.macro(node)
          : this.call(METHODS, node.args[0], [node.args[1], ...node.args[2]]);
      case 'list':
        return this.list(node.args.map((item) => this.compile(item)));
      case '?:':
        return this.choice(node);
      case '&&':
        return this.logical(node, false);
      case '||':
        return this.logical(node, true);
      case '!_':
        return this.unary(node.args, (value) => (typeof value === 'boolean' ? !value : undefined));
      case '-_':
        return this.unary(node.args, (value) => (typeof value === 'number' ? -value : undefined));
      default:
        return this.binary(node as NodeOf<'=='>);
    }
  }

  private variable(): CompiledNode<R> {
    const { cell } = this.item as { cell: Cell };
    return combineNodes([], () => cell.value, Dependency.Item);
  }

  /** Compiles `root.field`, or access to an entry of an object or an item of a list. */
  private access(node: NodeOf<'.' | '[]'>): CompiledNode<R> {
    const [base, key] = node.args;
    if (base.op === 'id' && base.args !== this.item?.name) return this.field(base.args, fieldNameOf(node) as string);
    const entry = entryRead(node, this.shape.name);
    const read = entry && this.shape.entry?.(entry.field, entry.key);
    if (read !== undefined) return combineNodes([], read, Dependency.Record);
    const code = this.compile(base);
    if (typeof key !== 'string') return this.applyOperator([code, this.compile(key)], entryOf);
    const { run } = code;
    return combineNodes([code], (record) => {
      const value = run(record);
      return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    });
  }

  private field(root: string, name: string): CompiledNode<R> {
    const fields = root === this.shape.name ? this.shape.fields : this.shape.related?.[root];
    if (fields !== undefined) return combineNodes([], fields[name]!.read, Dependency.Record);
    const values = this.constants[root] ?? {};
    return constant(Object.hasOwn(values, name) ? values[name] : undefined);
  }

  /** Compiles `has(a.b.c)`: whether `c` exists. The result is missing if `b` is missing. */
  private presence(node: NodeOf<'call'>): CompiledNode<R> {
    const selection = node.args[1][0] as NodeOf<'.'>;
    const [base, key] = selection.args;
    if (base.op === 'id' && base.args !== this.item?.name) {
      const { run, ...code } = this.field(base.args, key);
      return combineNodes([{ run, ...code }], (record) => run(record) !== undefined);
    }
    return this.unary(base, (value) => isObject(value) && Object.hasOwn(value, key));
  }

  private call(table: ReadonlyMap<string, CelFunction>, name: string, args: readonly Node[]): CompiledNode<R> {
    const apply = table.get(name === SIZE ? 'size' : name) as CelFunction;
    const [subject, option] = args.map((arg) => this.compile(arg));
    if (option === undefined)
      return this.applyOperator([subject!, constant(null)], (value) => apply(this.budget, value));
    return this.applyOperator([subject!, option], (value, argument) => apply(this.budget, value, argument));
  }

  private list(items: readonly CompiledNode<R>[]): CompiledNode<R> {
    return combineNodes(items, (record) => {
      const values = items.map(({ run }) => run(record));
      return values.includes(undefined) ? undefined : values;
    });
  }

  private choice(node: NodeOf<'?:'>): CompiledNode<R> {
    const [condition, then, otherwise] = [
      this.compile(node.args[0]),
      this.compile(node.args[1]),
      this.compile(node.args[2]),
    ];
    return combineNodes([condition, then, otherwise], (record) => {
      const holds = condition.run(record);
      return holds === true ? then.run(record) : holds === false ? otherwise.run(record) : undefined;
    });
  }

  /** @param decisive the value of one side that decides the result: false for `&&`, true for `||` */
  private logical(node: NodeOf<'&&' | '||'>, decisive: boolean): CompiledNode<R> {
    const [left, right] = this.operands(node);
    if ([left, right].some((side) => isConstant(side) && side.value === decisive)) return constant(decisive);
    return combineNodes([left, right], (record) => {
      const a = left.run(record);
      if (a === decisive) return decisive;
      const b = right.run(record);
      if (b === decisive) return decisive;
      return a === !decisive && b === !decisive ? !decisive : undefined;
    });
  }

  private macro(node: NodeOf<'rcall'>): CompiledNode<R> {
    const [name, receiver, [variable, ...bodies]] = node.args;
    const list = this.compile(receiver);
    const cell: Cell = { value: undefined };
    this.item = { name: (variable as NodeOf<'id'>).args, cell };
    const steps = bodies.map((body) => this.compile(body));
    this.item = undefined;
    const size = bodies.reduce((sum, body) => sum + nodeCountOf(body), 1);
    const apply = MACROS[name]!;
    // The macro sets the item itself. So the macro does not depend on the item, even if a body reads it.
    const needs = steps.reduce((most, step): Dependency => most | (step.needs & ~Dependency.Item), list.needs);
    return combineNodes(
      [],
      (record) => {
        const items = list.run(record);
        if (!Array.isArray(items)) return undefined;
        this.budget.spend(items.length * size);
        return apply(items, cell, (step) => steps[step]!.run(record), steps.length);
      },
      needs,
    );
  }

  private unary(operand: Node, apply: (value: unknown) => unknown): CompiledNode<R> {
    const code = this.compile(operand);
    return combineNodes([code], (record) => {
      const value = code.run(record);
      return value === undefined ? undefined : apply(value);
    });
  }

  private binary(node: NodeOf<'=='>): CompiledNode<R> {
    const [left, right] = this.operands(node);
    switch (node.op as Node['op']) {
      case '==':
        return this.equality(left, right, true);
      case '!=':
        return this.equality(left, right, false);
      case 'in':
        return this.membership(left, right);
      case '+':
        return this.applyOperator([left, right], add);
      case '<':
      case '<=':
      case '>':
      case '>=':
        return this.ordering(left, right, node.op as unknown as keyof typeof ORDERINGS);
      default:
        return this.applyOperator([left, right], ARITHMETIC[node.op as unknown as keyof typeof ARITHMETIC]);
    }
  }

  private operands({ args: [left, right] }: NodeOf<'&&' | '||' | '=='>): [CompiledNode<R>, CompiledNode<R>] {
    return [this.compile(left), this.compile(right)];
  }

  private applyOperator(
    [left, right]: readonly [CompiledNode<R>, CompiledNode<R>],
    operator: Operator,
  ): CompiledNode<R> {
    const { budget } = this;
    return combineNodes([left, right], (record) => {
      const a = left.run(record);
      if (a === undefined) return undefined;
      const b = right.run(record);
      return b === undefined ? undefined : operator(a, b, budget);
    });
  }

  /** Uses a fast path for a comparison with a constant number, the most frequent filter. */
  private ordering(left: CompiledNode<R>, right: CompiledNode<R>, sign: keyof typeof ORDERINGS): CompiledNode<R> {
    const bound = right.value;
    if (typeof bound !== 'number' || isConstant(left)) return this.applyOperator([left, right], ORDERINGS[sign]);
    const { run } = left;
    const compare = NUMBER_COMPARISONS[sign];
    return combineNodes([left], (record) => {
      const value = run(record);
      return typeof value === 'number' ? compare(value, bound) : undefined;
    });
  }

  private equality(left: CompiledNode<R>, right: CompiledNode<R>, expected: boolean): CompiledNode<R> {
    const constantValue = right.value;
    const isPlain =
      typeof constantValue === 'string' || typeof constantValue === 'number' || typeof constantValue === 'boolean';
    if (!isPlain || isConstant(left)) {
      return this.applyOperator([left, right], (a, b, budget) => equal(a, b, budget) === expected);
    }
    const { run } = left;
    const { budget } = this;
    const length = typeof constantValue === 'string' ? constantValue.length : 0;
    return combineNodes([left], (record) => {
      const value = run(record);
      budget.scan(length);
      return value === undefined ? undefined : (value === constantValue) === expected;
    });
  }

  /** Uses a hash set for membership in a constant list of strings or numbers. */
  private membership(left: CompiledNode<R>, right: CompiledNode<R>): CompiledNode<R> {
    const list = right.value;
    const isHashed = Array.isArray(list) && list.every((item) => typeof item === 'string' || Number.isFinite(item));
    if (!isHashed) return this.applyOperator([left, right], isIn);
    const items = new Set<unknown>(list);
    const { run } = left;
    return combineNodes([left], (record) => {
      const value = run(record);
      return value === undefined ? undefined : items.has(value);
    });
  }
}

const NUMBER_COMPARISONS: Readonly<Record<keyof typeof ORDERINGS, (value: number, bound: number) => boolean>> = {
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};
