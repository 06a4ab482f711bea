import { type Environment } from '@marcbachmann/cel-js';
import { environmentOf, SIZE } from './environment';
import { ExpressionFault } from './expression-fault';
import { guard, guardTypes } from './guard';
import type { ConstantShapes, RecordShape } from './shape';
import { childrenOf, fieldNameOf, sizeOf, type Node } from './tree';

/** Characters of a source. */
export const MAX_SOURCE_LENGTH = 4_096;

/** What an expression has to give; a scalar is anything but a list or an object. */
export type Result = 'bool' | 'double' | 'scalar';

/** An expression that is right: parsed, guarded, its types checked. */
export interface CheckedExpression {
  readonly source: string;
  readonly tree: Node;
  /** What it gives, as CEL names it. */
  readonly type: string;
  /** Nodes. */
  readonly size: number;
  /** The fields it reads, as `product.price`, and where each is read first. */
  readonly fields: ReadonlyMap<string, number>;
}

const TAKEN: Readonly<Record<Result, ReadonlySet<string>>> = {
  bool: new Set(['bool', 'dyn']),
  double: new Set(['double', 'dyn']),
  scalar: new Set(['string', 'double', 'bool', 'google.protobuf.Timestamp', 'dyn']),
};
const NAMES: Readonly<Record<Result, string>> = {
  bool: 'true or false',
  double: 'a number',
  scalar: 'a text, a number, a time, or true or false',
};

/**
 * Reads an expression over one kind of records and the constants of a request.
 * @throws ExpressionFault with its position
 */
export function checkExpression(
  source: string,
  shape: RecordShape<never>,
  constants: ConstantShapes,
  result: Result,
): CheckedExpression {
  if (source.length > MAX_SOURCE_LENGTH) {
    throw new ExpressionFault(`It is longer than ${MAX_SOURCE_LENGTH} characters`, source, MAX_SOURCE_LENGTH);
  }
  const parsed = parse(environmentOf(shape, constants), source);
  const tree = parsed.ast;
  guard(tree, { source, roots: rootsOf(shape, constants) });
  const { valid, type, error } = parsed.check();
  if (!valid) throw faultFrom(error, source);
  guardTypes(tree, source);
  if (!TAKEN[result].has(type as string)) {
    throw new ExpressionFault(`It has to give ${NAMES[result]}, and gives a ${type}`, source, tree.start);
  }
  return { source, tree, type: type as string, size: sizeOf(tree), fields: fieldsIn(tree) };
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
  return new ExpressionFault(summary?.replaceAll(SIZE, 'size') ?? 'It cannot be read', source, range?.start ?? 0);
}

function rootsOf(
  { name, fields, related = {} }: RecordShape<never>,
  constants: ConstantShapes,
): Map<string, ReadonlySet<string>> {
  const roots = new Map<string, ReadonlySet<string>>([[name, new Set(Object.keys(fields))]]);
  for (const [other, has] of Object.entries(related)) roots.set(other, new Set(Object.keys(has)));
  for (const [constant, types] of Object.entries(constants)) roots.set(constant, new Set(Object.keys(types)));
  return roots;
}

/** The fields that a tree reads, as `product.price`, and where each is read first. */
export function fieldsIn(tree: Node, found = new Map<string, number>()): Map<string, number> {
  if ((tree.op === '.' || tree.op === '[]') && tree.args[0].op === 'id') {
    const field = `${tree.args[0].args}.${fieldNameOf(tree)}`;
    if (!found.has(field)) found.set(field, tree.start);
  }
  for (const child of childrenOf(tree)) fieldsIn(child, found);
  return found;
}
