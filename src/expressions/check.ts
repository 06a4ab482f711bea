import { type Environment } from '@marcbachmann/cel-js';
import { codePointsIn, isLongerThan } from './code-points';
import { environmentOf, SIZE } from './environment';
import { ExpressionFault } from './expression-fault';
import { validateTree, validateTypes } from './validate-tree';
import type { ConstantShapes, RecordShape } from './shape';
import { childrenOf, fieldNameOf, nodeCountOf, type Node } from './tree';

/** Maximum number of characters in the source of an expression. */
const MAX_SOURCE_LENGTH = 4_096;

/** The type that an expression must return. A scalar is any value except a list or an object. */
export type ResultType = 'bool' | 'double' | 'scalar';

/** A valid expression: parsed, restricted to the supported syntax, and type-checked. */
export interface CheckedExpression {
  readonly source: string;
  readonly tree: Node;
  /** Name of the result type in CEL (Common Expression Language). */
  readonly type: string;
  /** Number of nodes of the tree. */
  readonly size: number;
  /** Fields that the expression reads, like `product.price`, each with the offset of its first read in the source. */
  readonly fields: ReadonlyMap<string, number>;
}

const ACCEPTED_TYPES: Readonly<Record<ResultType, ReadonlySet<string>>> = {
  bool: new Set(['bool', 'dyn']),
  double: new Set(['double', 'dyn']),
  scalar: new Set(['string', 'double', 'bool', 'google.protobuf.Timestamp', 'dyn']),
};
const RESULT_TYPE_NAMES: Readonly<Record<ResultType, string>> = {
  bool: 'true or false',
  double: 'a number',
  scalar: 'a string, a number, a timestamp, or true or false',
};

/**
 * Parses and checks an expression over one kind of record and the constants of a request.
 * @throws ExpressionFault with the position of the error
 */
export function checkExpression(
  source: string,
  shape: RecordShape<never>,
  constants: ConstantShapes,
  result: ResultType,
): CheckedExpression {
  if (isLongerThan(source, MAX_SOURCE_LENGTH)) {
    throw new ExpressionFault(
      `The expression must have at most ${MAX_SOURCE_LENGTH} characters; got ${codePointsIn(source)}`,
      source,
      MAX_SOURCE_LENGTH,
    );
  }
  const parsed = parse(environmentOf(shape, constants), source);
  const tree = parsed.ast;
  validateTree(tree, { source, roots: rootsOf(shape, constants), unavailable: shape.unavailable });
  const { valid, type, error } = parsed.check();
  if (!valid) throw faultFrom(error, source);
  validateTypes(tree, source);
  if (!ACCEPTED_TYPES[result].has(type as string)) {
    throw new ExpressionFault(
      `The expression must return ${RESULT_TYPE_NAMES[result]}; it returns ${type}`,
      source,
      tree.start,
    );
  }
  return { source, tree, type: type as string, size: nodeCountOf(tree), fields: fieldsIn(tree) };
}

function parse(environment: Environment, source: string): ReturnType<Environment['parse']> {
  try {
    return environment.parse(source);
  } catch (error) {
    throw faultFrom(error, source);
  }
}

function faultFrom(error: unknown, source: string): ExpressionFault {
  const { summary, range } = error as { summary?: string; range?: { start: number } };
  return new ExpressionFault(
    summary?.replaceAll(SIZE, 'size') ?? 'The expression has a syntax error',
    source,
    range?.start ?? 0,
  );
}

function rootsOf(
  { name, fields, related = {} }: RecordShape<never>,
  constants: ConstantShapes,
): Map<string, ReadonlySet<string>> {
  const roots = new Map<string, ReadonlySet<string>>([[name, new Set(Object.keys(fields))]]);
  for (const [other, relatedFields] of Object.entries(related)) roots.set(other, new Set(Object.keys(relatedFields)));
  for (const [constant, types] of Object.entries(constants)) roots.set(constant, new Set(Object.keys(types)));
  return roots;
}

/** Returns the fields that a tree reads, like `product.price`, each with the offset of its first read in the source. */
export function fieldsIn(tree: Node, offsets = new Map<string, number>()): Map<string, number> {
  if ((tree.op === '.' || tree.op === '[]') && tree.args[0].op === 'id') {
    const field = `${tree.args[0].args}.${fieldNameOf(tree)}`;
    if (!offsets.has(field)) offsets.set(field, tree.start);
  }
  for (const child of childrenOf(tree)) fieldsIn(child, offsets);
  return offsets;
}
