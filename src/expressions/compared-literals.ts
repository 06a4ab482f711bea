import { childrenOf, fieldRead, type Node } from './tree';

/** A string literal in the source of an expression. */
export interface ComparedLiteral {
  readonly value: string;
  /** Offset in UTF-16 code units. */
  readonly offset: number;
}

/**
 * Returns the string literals that an expression compares with `record.field`, in the order of the source: by `==` or
 * `!=`, or as items of the list in `record.field in ["a", "b"]`.
 */
export function literalsComparedWith(tree: Node, record: string, field: string): ComparedLiteral[] {
  const own = operandsComparedWith(tree, record, field).flatMap(literalOf);
  const below = childrenOf(tree).flatMap((child) => literalsComparedWith(child, record, field));
  return [...own, ...below].sort((a, b) => a.offset - b.offset);
}

function operandsComparedWith(node: Node, record: string, field: string): readonly Node[] {
  if (node.op !== '==' && node.op !== '!=' && node.op !== 'in') return [];
  const [left, right] = node.args;
  if (node.op === 'in') return fieldRead(left, record) === field && right.op === 'list' ? right.args : [];
  if (fieldRead(left, record) === field) return [right];
  return fieldRead(right, record) === field ? [left] : [];
}

function literalOf(node: Node): ComparedLiteral[] {
  return node.op === 'value' && typeof node.args === 'string' ? [{ value: node.args, offset: node.start }] : [];
}
